import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.classfile.attribute.SourceDebugExtensionAttribute;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the jars of a folder smaller for a device: java -cp 'FROM/*' Slim.java FROM TO. What goes: the names of local variables,
 * which only a debugger asks for (lines stay, for stack traces); Kotlin's metadata, which only its compiler and its
 * reflection read; and the classes of kotlin-stdlib that no other class names. The jars are not compressed, since xz
 * packs all of them together much better.
 */
void main(String[] arguments) throws IOException {
  Path folder = Path.of(arguments[0]);
  Map<Path, Map<String, byte[]>> jars = new TreeMap<>();
  try (Stream<Path> files = Files.list(folder)) {
    for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
      jars.put(jar, read(jar));
    }
  }
  Map<String, byte[]> classes = new HashMap<>();
  jars.values().forEach(classes::putAll);
  Set<String> named = named(jars, classes);
  for (Map.Entry<Path, Map<String, byte[]>> jar : jars.entrySet()) {
    boolean selects = isKotlin(jar.getKey());
    jar.getValue().keySet().removeIf(name ->
        selects && name.endsWith(".class") && !named.contains(name));
    write(Path.of(arguments[1]).resolve(jar.getKey().getFileName()), jar.getValue());
  }
}

boolean isKotlin(Path jar) {
  return jar.getFileName().toString().startsWith("kotlin-stdlib-");
}

Map<String, byte[]> read(Path jar) throws IOException {
  Map<String, byte[]> entries = new TreeMap<>();
  try (FileSystem zip = FileSystems.newFileSystem(jar);
      Stream<Path> files = Files.walk(zip.getPath("/"))) {
    for (Path file : files.filter(Files::isRegularFile).toList()) {
      String name = file.toString().substring(1);
      byte[] bytes = Files.readAllBytes(file);
      boolean isClass = name.endsWith(".class") && !name.endsWith("-info.class");
      entries.put(name, isClass ? slim(bytes) : bytes);
    }
  }
  entries.keySet().removeIf(name -> name.endsWith(".kotlin_module") || name.endsWith(".kotlin_builtins"));
  return entries;
}

byte[] slim(byte[] bytes) {
  ClassFile classFile =
      ClassFile.of(
          ClassFile.ConstantPoolSharingOption.NEW_POOL,
          ClassFile.DebugElementsOption.PASS_DEBUG,
          ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED);
  CodeTransform withoutNames =
      (builder, element) -> {
        switch (element) {
          case LocalVariable _ -> {}
          case LocalVariableType _ -> {}
          default -> builder.with(element);
        }
      };
  ClassTransform withoutMetadata =
      (builder, element) -> {
        switch (element) {
          case RuntimeVisibleAnnotationsAttribute annotations -> {
            List<Annotation> kept =
                annotations.annotations().stream()
                    .filter(one -> !one.className().equalsString("Lkotlin/Metadata;"))
                    .toList();
            if (!kept.isEmpty()) {
              builder.with(RuntimeVisibleAnnotationsAttribute.of(kept));
            }
          }
          case SourceDebugExtensionAttribute _ -> {}
          default -> builder.with(element);
        }
      };
  return classFile.transformClass(
      classFile.parse(bytes),
      ClassTransform.transformingMethodBodies(withoutNames).andThen(withoutMetadata));
}

/** The classes that the other jars name, and those that these name, and so on. */
Set<String> named(Map<Path, Map<String, byte[]>> jars, Map<String, byte[]> classes) {
  Deque<String> open = new ArrayDeque<>();
  Set<String> named = new HashSet<>();
  jars.forEach((jar, entries) -> {
    if (!isKotlin(jar)) {
      entries.keySet().stream().filter(name -> name.endsWith(".class")).forEach(open::add);
    }
  });
  while (!open.isEmpty()) {
    String name = open.pop();
    if (named.add(name)) {
      names(classes.get(name)).filter(classes::containsKey).forEach(open::push);
    }
  }
  return named;
}

/** Whatever text of a class file can be a class's name or hold one, such as a descriptor. */
Stream<String> names(byte[] bytes) {
  Pattern name = Pattern.compile("kotlin/[A-Za-z0-9_/$]+");
  Set<String> found = new HashSet<>();
  ClassFile.of().parse(bytes).constantPool().forEach(entry -> {
    if (entry instanceof Utf8Entry text) {
      Matcher matcher = name.matcher(text.stringValue().replace('.', '/'));
      while (matcher.find()) {
        found.add(matcher.group() + ".class");
      }
    }
  });
  return found.stream();
}

void write(Path jar, Map<String, byte[]> entries) throws IOException {
  try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
    zip.setLevel(Deflater.NO_COMPRESSION);
    String manifest = "META-INF/MANIFEST.MF";
    if (entries.containsKey(manifest)) {
      put(zip, manifest, entries.get(manifest));
    }
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (!entry.getKey().equals(manifest)) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
  }
}

void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
  ZipEntry entry = new ZipEntry(name);
  entry.setLastModifiedTime(FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
  zip.putNextEntry(entry);
  zip.write(bytes);
  zip.closeEntry();
}

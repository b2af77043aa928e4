package com.iottly.agent.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages of the JVM and of its AOT cache that only the start has needed: {@code madvise(2)} with
 * MADV_DONTNEED takes them off this process. Only what is mapped from a file, can't be written and
 * never was is let go, so that whatever is needed again comes back from the file.
 */
public final class StartPages {

  private static final int MADV_DONTNEED = 4;
  private static final Pattern MAPPING =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) r-[-x]p .*(?:/libjvm\\.so|\\.aot)");
  private static final Pattern UNCHANGED = Pattern.compile("Anonymous: +0 kB");

  private StartPages() {}

  /**
   * Lets them go.
   *
   * @return how many bytes of address space they lie in
   * @throws IOException when the kernel does not say what is mapped
   */
  public static long release() throws IOException {
    MethodHandle madvise = madvise();
    long released = 0;
    long start = 0;
    long length = 0;
    for (String line : maps()) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.matches()) {
        start = Long.parseUnsignedLong(mapping.group(1), 16);
        length = Long.parseUnsignedLong(mapping.group(2), 16) - start;
      } else if (line.contains("-") && !line.startsWith("VmFlags")) {
        length = 0;
      } else if (length > 0 && UNCHANGED.matcher(line).matches()) {
        released += advise(madvise, start, length) ? length : 0;
        length = 0;
      }
    }
    return released;
  }

  private static List<String> maps() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/smaps"));
  }

  @SuppressWarnings("restricted") // the function exists as described on every Linux
  private static MethodHandle madvise() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("madvise"),
        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  private static boolean advise(MethodHandle madvise, long start, long length) {
    try {
      return (int) madvise.invokeExact(MemorySegment.ofAddress(start), length, MADV_DONTNEED) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("madvise(2) can't be called", e);
    }
  }
}

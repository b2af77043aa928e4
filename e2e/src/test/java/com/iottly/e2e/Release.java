package com.iottly.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Releases of the agent as {@code ./iottly package} makes them, without a runtime of their own. */
final class Release {

  static final String ARCH = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";

  private final KeyPair key;

  private Release(KeyPair key) {
    this.key = key;
  }

  /** With a key of their own. */
  static Release signed() throws GeneralSecurityException {
    return new Release(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
  }

  /** The version's files, below a folder. */
  void write(Path home, String version) throws IOException {
    copy(Launcher.ROOT.resolve("packaging/agent"), home);
    Path lib = Files.createDirectories(home.resolve("lib"));
    try (Stream<Path> jars = Files.list(Launcher.ROOT.resolve("agent/target/lib"))) {
      for (Path jar : jars.toList()) {
        String name = jar.getFileName().toString().replaceFirst("^agent-.*", "agent-x.jar");
        Files.copy(jar, lib.resolve(name));
      }
    }
    setVersion(lib.resolve("agent-x.jar"), version);
    Files.writeString(
        home.resolve("release.pub"),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getEncoder().encodeToString(key.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
  }

  private static void setVersion(Path jar, String version) throws IOException {
    try (FileSystem agent = FileSystems.newFileSystem(jar)) {
      Path build = agent.getPath("com/iottly/agent/build.properties");
      Files.writeString(
          build, Files.readString(build).replaceFirst("version=.*", "version=" + version));
    }
  }

  /** The files of a package that {@code ./iottly package} has made, as those of another version. */
  static Path unpackAs(String version, Path packages, Path folder) throws IOException {
    Path home = Files.createDirectories(folder).resolve("iottly.com-agent");
    Child.run(
            Map.of(),
            List.of("tar", "-xJf", only(packages, "*.tar.xz").toString(), "-C", folder.toString()))
        .succeeded();
    setVersion(only(home.resolve("lib"), "agent-*.jar"), version);
    Files.writeString(home.resolve("version"), version + "\n");
    return home;
  }

  static Path only(Path folder, String glob) throws IOException {
    try (var files = Files.newDirectoryStream(folder, glob)) {
      return files.iterator().next();
    }
  }

  /** Makes the packages of this source, signed with this key. */
  void makePackages(Path packages) throws IOException {
    Path signKey = packages.resolveSibling("release.key");
    Files.writeString(
        signKey,
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(key.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    Child.run(
            Map.of(),
            Launcher.command(
                "package",
                "--quick",
                "--out",
                packages.toString(),
                "--sign-key",
                signKey.toString()))
        .succeeded();
  }

  /** Installed below a folder, as the current version. */
  void install(Path root, String version) throws IOException {
    write(root.resolve("versions").resolve(version), version);
    Files.createDirectories(root.resolve("bin"));
    Files.copy(
        Launcher.ROOT.resolve("packaging/agent/system/iottly-agent"),
        root.resolve("bin/iottly-agent"));
    Files.createSymbolicLink(root.resolve("current"), Path.of("versions", version));
  }

  /** Packs the files below a folder {@code iottly.com-agent} and signs what they are. */
  void publish(Path packages, Path parent, String version, String minimum) throws Exception {
    String name = "iottly-agent-" + version + "-" + ARCH + ".tar.xz";
    Path file = packages.resolve(name);
    Child.run(
            Map.of("XZ_OPT", "-0"),
            List.of("tar", "-cJf", file.toString(), "-C", parent.toString(), "iottly.com-agent"))
        .succeeded();
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    manifest(
        packages,
        "{\"version\":\"%s\",\"arch\":\"%s\",\"minimum_version\":\"%s\",\"file\":\"%s\",\"size\":%d,\"sha256\":\"%s\"}\n"
            .formatted(
                version, ARCH, minimum, name, Files.size(file), HexFormat.of().formatHex(sha256)));
  }

  private void manifest(Path packages, String text) throws Exception {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key.getPrivate());
    signature.update(text.getBytes(StandardCharsets.UTF_8));
    Path manifest = packages.resolve("manifest-" + ARCH + ".json");
    Files.writeString(manifest, text);
    Files.writeString(
        packages.resolve(manifest.getFileName() + ".sig"),
        Base64.getEncoder().encodeToString(signature.sign()));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}

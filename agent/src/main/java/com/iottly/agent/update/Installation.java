package com.iottly.agent.update;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.iottly.agent.disk.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The versions on this machine and the links between them; see the package's picture. */
final class Installation {

  private static final String VERSIONS = "versions";
  private static final String CURRENT = "current";
  private static final String NEXT = "next";
  private static final String TRIAL = "trial";

  private final Path root;

  private Installation(Path root) {
    this.root = root;
  }

  /**
   * The installation that a running program belongs to.
   *
   * @param home the folder of its version
   * @throws UpdateException when it does not lie in an installation
   */
  static Installation of(Path home) {
    Path versions = home.toAbsolutePath().normalize().getParent();
    Path root = versions == null ? null : versions.getParent();
    if (versions == null
        || root == null
        || !versions.endsWith(VERSIONS)
        || !Files.isSymbolicLink(root.resolve(CURRENT))) {
      throw new UpdateException(
          home
              + " is no installed agent; only one that install.sh or the .deb has put in place can"
              + " update itself");
    }
    return new Installation(root);
  }

  /** The program that runs the version to be run. */
  Path program() {
    return root.resolve("bin/iottly-agent");
  }

  /** Where downloads and the outcome of the last update are. */
  Path updates() throws IOException {
    return Files.createDirectories(root.resolve("update"));
  }

  Version current() {
    return link(CURRENT)
        .orElseThrow(() -> new UpdateException(root.resolve(CURRENT) + " names no version"));
  }

  Optional<Version> next() {
    return link(NEXT);
  }

  Optional<Version> trial() {
    return link(TRIAL);
  }

  private Optional<Version> link(String name) {
    try {
      return Version.parse(Files.readSymbolicLink(root.resolve(name)).getFileName().toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  Path lockFile() throws IOException {
    return updates().resolve("lock");
  }

  /** An empty folder to unpack a version in, on the same file system. */
  Path room(Version version) throws IOException {
    Path room = root.resolve(VERSIONS).resolve("." + version + ".new");
    delete(room);
    return Files.createDirectory(room);
  }

  /** Takes an unpacked version in; it is on disk when this returns. */
  void add(Version version, Path unpacked) throws IOException {
    if (current().equals(version)) {
      throw new UpdateException(version + " is what runs already");
    }
    force(unpacked);
    Path place = root.resolve(VERSIONS).resolve(version.toString());
    drop(NEXT);
    delete(place);
    Files.move(unpacked, place, ATOMIC_MOVE);
    AtomicFile.forceDirectory(root.resolve(VERSIONS));
  }

  /** Has the next start try a version. */
  void tryNext(Version version) throws IOException {
    Path fresh = root.resolve(NEXT + ".new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, Path.of(VERSIONS, version.toString()));
    Files.move(fresh, root.resolve(NEXT), ATOMIC_MOVE);
    AtomicFile.forceDirectory(root);
  }

  /** The version on trial has proved itself; all but it and the one before are removed. */
  void keepTrial() throws IOException {
    Version before = current();
    Files.move(root.resolve(TRIAL), root.resolve(CURRENT), ATOMIC_MOVE);
    AtomicFile.forceDirectory(root);
    Version now = current();
    try (Stream<Path> versions = Files.list(root.resolve(VERSIONS))) {
      for (Path version : versions.toList()) {
        String name = version.getFileName().toString();
        if (!name.equals(before.toString()) && !name.equals(now.toString())) {
          delete(version);
        }
      }
    }
  }

  /** Has the next start run the current version again. */
  void giveUp() throws IOException {
    drop(NEXT);
    drop(TRIAL);
    AtomicFile.forceDirectory(root);
  }

  private void drop(String link) throws IOException {
    Files.deleteIfExists(root.resolve(link));
  }

  private static void force(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        if (!Files.isSymbolicLink(file)) {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      }
    }
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

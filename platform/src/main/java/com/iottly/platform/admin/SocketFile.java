package com.iottly.platform.admin;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A Unix socket's file: made so that nobody but its owner can ever connect, and found again. */
final class SocketFile {

  /** The longest path of a Unix socket that Java takes on Linux, in bytes. */
  static final int MAX_PATH = 106;

  private SocketFile() {}

  /**
   * A connection to the server behind that file; empty when there is none or it is dead.
   *
   * @throws IOException when there may be one, but not for us
   */
  static Optional<SocketChannel> connect(Path file) throws IOException {
    if (!isSocket(file)) {
      return Optional.empty();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    boolean connected = false;
    try {
      connected = channel.connect(UnixDomainSocketAddress.of(file));
    } catch (ConnectException e) {
      return Optional.empty();
    } finally {
      if (!connected) {
        channel.close();
      }
    }
    return Optional.of(channel);
  }

  /**
   * Listens at that file, in place of one a dead server left. The socket is made in a folder for
   * its owner alone, closed to others there, and only then moved to its place.
   *
   * @throws AdminException when it can't, with what to do about it
   */
  static ServerSocketChannel listen(Path file) {
    requireShort(file);
    try {
      requireFree(file);
      Path cradle = file.resolveSibling(".a");
      Path made = cradle.resolve("s");
      Files.deleteIfExists(made);
      Files.deleteIfExists(cradle);
      Files.createDirectory(
          cradle,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      boolean listening = false;
      try {
        channel.bind(UnixDomainSocketAddress.of(made));
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        listening = true;
      } finally {
        if (!listening) {
          channel.close();
          Files.deleteIfExists(made);
        }
        Files.deleteIfExists(cradle);
      }
      return channel;
    } catch (IOException e) {
      throw new AdminException("the admin socket " + file + " can't be opened: " + e, e);
    }
  }

  private static void requireShort(Path file) {
    int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH) {
      throw new AdminException(
          ("the path of the admin socket %s has %d bytes, but a Unix socket's has at most %d: choose"
                  + " a data folder with a shorter path, or reach this one by a symbolic link with a"
                  + " short name")
              .formatted(file, length, MAX_PATH));
    }
  }

  private static void requireFree(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isSocket(file)) {
      throw new AdminException(
          "the file " + file + " stands where the admin socket belongs: move it away");
    }
    try (SocketChannel other = connect(file).orElse(null)) {
      if (other != null) {
        throw new AdminException(
            "another server answers on the admin socket " + file + ": stop it first");
      }
    }
  }

  private static boolean isSocket(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}

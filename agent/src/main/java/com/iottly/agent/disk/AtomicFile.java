package com.iottly.agent.disk;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Whole small files that are either the old text or the new one, whatever happens. */
public final class AtomicFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private AtomicFile() {}

  /** Replaces the file durably, readable by its owner only: the new text is on disk on return. */
  public static void write(Path file, String text) throws IOException {
    move(fresh(file, text, true), file);
    forceDirectory(parent(file));
  }

  /**
   * The same, and the file belongs to whom it belonged to, or, when it is new, to whom the
   * directory belongs; as far as this process may give files away.
   */
  public static void writeForOwner(Path file, String text) throws IOException {
    Path like = Files.exists(file) ? file : parent(file);
    PosixFileAttributes owner = Files.readAttributes(like, PosixFileAttributes.class);
    Path fresh = fresh(file, text, true);
    PosixFileAttributeView view =
        Files.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    try {
      view.setOwner(owner.owner());
      view.setGroup(owner.group());
    } catch (FileSystemException e) {
      // Only root may give files away; everybody else keeps them.
    }
    move(fresh, file);
    forceDirectory(parent(file));
  }

  /** Replaces the file without waiting for the disk: after a power cut it may be old or empty. */
  public static void writeLazily(Path file, String text) throws IOException {
    move(fresh(file, text, false), file);
  }

  /**
   * Makes the names in a directory durable: files created, renamed and deleted before this call.
   */
  public static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    }
  }

  /** Made anew, so that no link that waits under its name is followed. */
  private static Path fresh(Path file, String text, boolean force) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    var mode = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    try (FileChannel channel = FileChannel.open(fresh, Set.of(CREATE_NEW, WRITE), mode)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (force) {
        channel.force(true);
      }
    }
    return fresh;
  }

  private static void move(Path fresh, Path file) throws IOException {
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }
}

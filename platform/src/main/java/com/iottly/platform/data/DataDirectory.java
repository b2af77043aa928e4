package com.iottly.platform.data;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The data folder of an installation, held by this process until closed. It is for its owner alone
 * (mode 0700): a missing one is made so, an empty one is made so, one with something in it that
 * others may enter is refused.
 *
 * <p>Who holds it has locked the file {@code lock} in it, where its process id stands for people to
 * read. Any thread may open and close.
 */
public final class DataDirectory implements AutoCloseable {

  /** The SQL store. */
  public static final String DATABASE_FILE = "iottly.db";

  /** The message journal. */
  public static final String JOURNAL_FOLDER = "journal";

  /** Where a running server listens for {@code iottly admin}. */
  public static final String ADMIN_SOCKET = "admin.sock";

  static final String LOCK_FILE = "lock";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_ONLY_FILE =
      PosixFilePermissions.fromString("rw-------");

  /**
   * The folders this process holds. A second channel on a lock file must never be opened here: its
   * closing would end the first one's lock (POSIX fcntl).
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path realFolder;
  private final FileChannel lock;

  private DataDirectory(Path folder, Path realFolder, FileChannel lock) {
    this.folder = folder;
    this.realFolder = realFolder;
    this.lock = lock;
  }

  /**
   * Takes hold of the folder, making it when missing.
   *
   * @throws DataDirectoryException when it can't be used, or is in use
   */
  public static DataDirectory open(Path folder) {
    return tryOpen(folder)
        .orElseThrow(() ->
            new DataDirectoryException(
                "the data folder %s is in use by %s: stop that first, or choose another folder"
                    .formatted(folder.toAbsolutePath(), holder(folder))));
  }

  /**
   * The same, but empty when someone else holds it.
   *
   * @throws DataDirectoryException when it can't be used
   */
  public static Optional<DataDirectory> tryOpen(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      makePrivate(absolute);
      Path real = absolute.toRealPath();
      if (!HELD.add(real)) {
        return Optional.empty();
      }
      Optional<FileChannel> lock = Optional.empty();
      try {
        lock = lock(real.resolve(LOCK_FILE));
      } finally {
        if (lock.isEmpty()) {
          HELD.remove(real);
        }
      }
      return lock.map(held -> new DataDirectory(absolute, real, held));
    } catch (AccessDeniedException e) {
      throw new DataDirectoryException(
          "the data folder %s is not open to you: run this as its owner%s"
              .formatted(absolute, ownerOf(absolute).map(name -> ", " + name).orElse("")),
          e);
    } catch (IOException e) {
      throw new DataDirectoryException(
          "the data folder %s can't be used: %s".formatted(absolute, e), e);
    }
  }

  /** Which process holds the folder, in words, as far as its lock file tells. */
  public static String holder(Path folder) {
    try {
      if (HELD.contains(folder.toRealPath())) {
        return "this process";
      }
      String process = Files.readString(folder.resolve(LOCK_FILE)).strip();
      return process.isEmpty() ? "another process" : "process " + process;
    } catch (IOException e) {
      return "another process";
    }
  }

  private static void makePrivate(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new DataDirectoryException(
          "the data folder %s is a file: choose another place".formatted(folder));
    }
    if (OWNER_ONLY.containsAll(Files.getPosixFilePermissions(folder))) {
      return;
    }
    if (!isEmpty(folder)) {
      throw new DataDirectoryException(
          "the data folder %s can be entered by others: run chmod 700 on it, or choose a folder in it, which is then made"
              .formatted(folder));
    }
    Files.setPosixFilePermissions(folder, OWNER_ONLY);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static Optional<FileChannel> lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(CREATE, READ, WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE));
    boolean held = false;
    try {
      held = channel.tryLock() != null;
      if (held) {
        String process = ProcessHandle.current().pid() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.US_ASCII)));
      }
      return held ? Optional.of(channel) : Optional.empty();
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  private static Optional<String> ownerOf(Path folder) {
    try {
      return Optional.of(Files.getOwner(folder).getName());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The folder, as an absolute path. */
  public Path path() {
    return folder;
  }

  /** The file of the SQL store. */
  public Path databaseFile() {
    return folder.resolve(DATABASE_FILE);
  }

  /** The folder of the message journal. */
  public Path journalFolder() {
    return folder.resolve(JOURNAL_FOLDER);
  }

  /** The socket of {@code iottly admin}. */
  public Path adminSocket() {
    return folder.resolve(ADMIN_SOCKET);
  }

  /** Lets go of the folder. Whoever used it must have closed what is in it. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new DataDirectoryException("the data folder %s can't be let go".formatted(folder), e);
    } finally {
      HELD.remove(realFolder);
    }
  }
}

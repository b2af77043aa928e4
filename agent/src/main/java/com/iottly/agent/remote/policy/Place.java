package com.iottly.agent.remote.policy;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.iottly.agent.channel.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;

/**
 * A name in an open directory (openat(2) and its like). Nobody can make it another place by
 * renaming directories or putting links in the way. One thread.
 */
public final class Place implements Closeable {

  private final Path path;
  private final SecureDirectoryStream<Path> directory;
  private final Path name;

  private Place(Path path, SecureDirectoryStream<Path> directory, Path name) {
    this.path = path;
    this.directory = directory;
    this.name = name;
  }

  /**
   * @param real where it is, without links
   * @param path what the client calls it
   */
  @SuppressWarnings("StreamResourceLeak") // all but the last are closed here, and that by the place
  static Place open(Path real, Path path) throws RefusedException, IOException {
    SecureDirectoryStream<Path> at = secure(Files.newDirectoryStream(Path.of("/")));
    Path name = real.getFileName() == null ? Path.of(".") : real.getFileName();
    Path parent = real.getParent() == null ? Path.of("/") : real.getParent();
    for (Path part : parent) {
      SecureDirectoryStream<Path> above = at;
      try (above) {
        at = below(above, part, path);
      }
    }
    return new Place(path, at, name);
  }

  private static SecureDirectoryStream<Path> below(
      SecureDirectoryStream<Path> directory, Path name, Path path)
      throws RefusedException, IOException {
    try {
      return secure(directory.newDirectoryStream(name, NOFOLLOW_LINKS));
    } catch (NoSuchFileException | AccessDeniedException | NotDirectoryException e) {
      throw explained(e, path);
    } catch (IOException e) {
      if (attributes(directory, name).isSymbolicLink()) {
        throw link(path);
      }
      throw e;
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    try (stream) {
      throw new IOException("this system can't open files without following links");
    }
  }

  private static RefusedException link(Path path) {
    return new RefusedException(
        "not_allowed",
        "%s is or goes through a symbolic link, which is not followed; name what it points to"
            .formatted(path));
  }

  private static RefusedException explained(IOException e, Path path) {
    return switch (e) {
      case NoSuchFileException _ -> new RefusedException("not_found", path + " is not there");
      case NotDirectoryException _ ->
          new RefusedException("not_found", path + " is not there: a part of it is no directory");
      default ->
          new RefusedException(
              "no_permission",
              "the agent's user %s may not do that with %s"
                  .formatted(System.getProperty("user.name"), path));
    };
  }

  private static PosixFileAttributes attributes(SecureDirectoryStream<Path> directory, Path name)
      throws IOException {
    return directory
        .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** What the client calls it. */
  public Path path() {
    return path;
  }

  /** Its name in its directory. */
  public Path name() {
    return name;
  }

  /** What there is now; of a link itself. */
  public PosixFileAttributes attributes() throws RefusedException, IOException {
    try {
      return attributes(directory, name);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw explained(e, path);
    }
  }

  /** Another name in the same directory, which this place keeps open. */
  public Place beside(String other) {
    return new Place(path.resolveSibling(other), directory, Path.of(other));
  }

  /** The other names in the same directory; only once. */
  public Listing siblings() {
    return new Listing(directory, Objects.requireNonNullElse(path.getParent(), path));
  }

  /** The names in it, a directory; to be closed. */
  public Listing list() throws RefusedException, IOException {
    return new Listing(below(directory, name, path), path);
  }

  /** The places in a directory. */
  public record Listing(SecureDirectoryStream<Path> directory, Path path)
      implements Iterable<Place>, Closeable {
    @Override
    public Iterator<Place> iterator() {
      var names = directory.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return names.hasNext();
        }

        @Override
        public Place next() {
          Path name = names.next().getFileName();
          return new Place(path.resolve(name), directory, name);
        }
      };
    }

    @Override
    public void close() throws IOException {
      directory.close();
    }
  }

  /** Refuses all but a regular file. */
  public static void requireFile(Place place, PosixFileAttributes attributes)
      throws RefusedException {
    if (attributes.isSymbolicLink()) {
      throw link(place.path);
    }
    if (!attributes.isRegularFile()) {
      throw new RefusedException("not_a_file", place.path + " is not a regular file");
    }
  }

  /**
   * Opens a regular file.
   *
   * @throws RefusedException when it is something else, is not there, or may not be opened
   */
  public FileChannel read() throws RefusedException, IOException {
    requireFile(this, attributes());
    return open(Set.of(StandardOpenOption.READ));
  }

  /** Opens it in another way; a link is not followed. */
  public FileChannel open(Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws RefusedException, IOException {
    var all = new HashSet<OpenOption>(options);
    all.add(NOFOLLOW_LINKS);
    try {
      return (FileChannel) directory.newByteChannel(name, all, attributes);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw explained(e, path);
    }
  }

  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    directory
        .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
        .setPermissions(permissions);
  }

  /** Gives it another name in the same directory, and takes the place of what has that. */
  public void renameTo(Place other) throws IOException {
    directory.move(name, directory, other.name);
  }

  public void delete() throws IOException {
    directory.deleteFile(name);
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}

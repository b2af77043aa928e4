package com.iottly.agent.remote.policy;

import com.iottly.agent.channel.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a list in the configuration allows: its entries, and all that is in those that are
 * directories. Links on the way to an entry are followed when the list is read, once; behind that
 * no link is followed, whoever makes one. Immutable.
 */
public final class AllowedPaths {

  private final String key;

  /** Each entry, and where it is without links. */
  private final Map<Path, Path> entries;

  private AllowedPaths(String key, Map<Path, Path> entries) {
    this.key = key;
    this.entries = entries;
  }

  /**
   * @param key the configuration's key of the list, for refusals
   */
  public static AllowedPaths of(String key, List<Path> list) {
    var entries = new LinkedHashMap<Path, Path>();
    for (Path entry : list) {
      entries.put(entry, withoutLinks(entry));
    }
    return new AllowedPaths(key, entries);
  }

  /** What is not there yet is taken as it is written. */
  private static Path withoutLinks(Path entry) {
    try {
      Path parent = entry.getParent();
      if (Files.isDirectory(entry) || parent == null) {
        return entry.toRealPath();
      }
      return parent.toRealPath().resolve(entry.getFileName());
    } catch (IOException e) {
      return entry;
    }
  }

  /** The first entry. */
  public Path entry() {
    return entries.keySet().iterator().next();
  }

  /** Whether that is an entry, or in one. */
  public boolean contains(Path path) {
    return entries.keySet().stream().anyMatch(path::startsWith);
  }

  /**
   * A client's path.
   *
   * @throws RefusedException when it is none, or the list does not have it
   */
  public Path check(String text) throws RefusedException {
    return require(absolute(text));
  }

  /**
   * A path of which the form is known to be right.
   *
   * @throws RefusedException when the list does not have it
   */
  public Path require(Path path) throws RefusedException {
    if (!contains(path)) {
      throw Refusals.notAllowed(path.toString(), key);
    }
    return path;
  }

  private static Path absolute(String text) throws RefusedException {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute() && path.equals(path.normalize())) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw notAbsolute(text);
    }
    throw notAbsolute(text);
  }

  private static RefusedException notAbsolute(String text) {
    return new RefusedException(
        "bad_path", "'%s' is not an absolute path without . and ..".formatted(text));
  }

  /**
   * Opens the directory in which a path of the list is, following no link.
   *
   * @throws RefusedException when a part of the path is a link
   * @throws NoSuchFileException when a part of it is not there
   */
  public Place open(Path path) throws RefusedException, IOException {
    Path entry =
        entries.keySet().stream()
            .filter(path::startsWith)
            .max(Comparator.comparingInt(Path::getNameCount))
            .orElseThrow(() -> Refusals.notAllowed(path.toString(), key));
    Path real = entries.getOrDefault(entry, entry);
    Path below = entry.relativize(path);
    return Place.open(below.toString().isEmpty() ? real : real.resolve(below), path);
  }
}

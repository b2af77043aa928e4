package com.iottly.agent.spool;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The spools of the devices that this machine is and was: one directory for each, so that nothing a
 * device left behind is ever sent as another's. It is sent when the machine is that device again,
 * and removed once all of it is older than messages may be. Used before a spool is opened.
 */
public final class DeviceSpools {

  /** The directory when the token does not say whose it is. */
  static final String UNNAMED = "device";

  private static final String LOCK = "lock";
  private static final String NAME = UNNAMED + "|[0-9a-f-]{36}";

  private final Path root;
  private final Duration maxAge;
  private final DeviceClock clock;
  private final Log log;

  public DeviceSpools(Path root, Duration maxAge, DeviceClock clock, Log log) {
    this.root = root;
    this.maxAge = maxAge;
    this.clock = clock;
    this.log = log;
  }

  /**
   * The directory for a device's spool; looks after those of the others.
   *
   * @param device its id, when it is known
   */
  public Path of(Optional<String> device) throws IOException {
    Files.createDirectories(root);
    Path own = root.resolve(device.orElse(UNNAMED));
    for (Path other : spools()) {
      if (!other.equals(own)) {
        lookAfter(other);
      }
    }
    return own;
  }

  private List<Path> spools() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches(NAME))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  private void lookAfter(Path spool) {
    try (FileChannel channel = FileChannel.open(spool.resolve(LOCK), CREATE, WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return;
      }
      List<Path> files;
      try (Stream<Path> entries = Files.list(spool)) {
        files = entries.filter(file -> !file.endsWith(LOCK)).toList();
      }
      if (clock.trusted() && newest(files) < clock.millis() - maxAge.toMillis()) {
        remove(spool, files);
        log.info(spool + ", left by a device that this machine was, is too old and was removed");
      } else {
        log.info(
            "%s is kept for the device that this machine was, up to %d days"
                .formatted(spool, maxAge.toDays()));
      }
    } catch (OverlappingFileLockException e) {
      log.debug(spool + " is in use here");
    } catch (IOException e) {
      log.warn("looking after " + spool + ": " + e);
    }
  }

  private static long newest(List<Path> files) throws IOException {
    long newest = 0;
    for (Path file : files) {
      newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
    }
    return newest;
  }

  private static void remove(Path spool, List<Path> files) throws IOException {
    for (Path file : files) {
      Files.delete(file);
    }
    Files.delete(spool.resolve(LOCK));
    Files.delete(spool);
  }
}

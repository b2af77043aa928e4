package com.iottly.agent.spool;

import com.iottly.agent.disk.AtomicFile;
import com.iottly.agent.disk.RecordFile;
import com.iottly.agent.log.Log;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one importance, in segment files named by the first position they may hold. Belongs
 * to the spool's thread.
 *
 * <p>Only the last segment is written to. A record whose position belongs to a later segment is
 * what a failed write left behind and is ignored.
 */
final class Lane implements Closeable {

  private final Path directory;
  private final String name;
  private final long segmentBytes;
  private final Log log;
  private final TreeMap<Long, Segment> segments = new TreeMap<>();
  private @Nullable RecordFile active;

  private @Nullable Segment reading;
  private @Nullable RecordFile readFile;
  private long readOffset;
  private long soughtFrom = Long.MAX_VALUE;
  private @Nullable Entry ahead;

  private Lane(Path directory, String name, long segmentBytes, Log log) {
    this.directory = directory;
    this.name = name;
    this.segmentBytes = segmentBytes;
    this.log = log;
  }

  /** A segment file. */
  private static final class Segment {
    final long base;
    final Path path;
    long bytes;
    long newestMillis;

    /** {@code newestMillis} is 0 when it is not known. */
    Segment(long base, Path path, long bytes, long newestMillis) {
      this.base = base;
      this.path = path;
      this.bytes = bytes;
      this.newestMillis = newestMillis;
    }
  }

  static Lane open(Path directory, String name, long segmentBytes, Log log) throws IOException {
    Lane lane = new Lane(directory, name, segmentBytes, log);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, name + "-*.seg")) {
      for (Path file : files) {
        String number = file.getFileName().toString().substring(name.length() + 1);
        long base = Long.parseLong(number.substring(0, number.length() - ".seg".length()));
        long modified = Files.getLastModifiedTime(file).toMillis();
        lane.segments.put(base, new Segment(base, file, Files.size(file), modified));
      }
    } catch (NumberFormatException e) {
      throw new IOException("a file in " + directory + " is not a segment of ours", e);
    }
    return lane;
  }

  /**
   * Cuts the torn tail off the last segment and answers the lowest position that was never used.
   */
  long recover() throws IOException {
    if (segments.isEmpty()) {
      return 1;
    }
    Segment last = segments.lastEntry().getValue();
    RecordFile file = RecordFile.open(last.path);
    active = file;
    long next = last.base;
    long end = 0;
    for (var found = file.next(0); found != null; found = file.next(end)) {
      long position = Entry.position(found.body());
      end = found.end();
      next = Math.max(next, position + 1);
    }
    if (end < file.size()) {
      log.warn(
          "the last %d bytes of %s were not written completely and are cut off"
              .formatted(file.size() - end, last.path));
      file.truncate(end);
      last.bytes = end;
    }
    return next;
  }

  long bytes() {
    long bytes = 0;
    for (Segment segment : segments.values()) {
      bytes += segment.bytes;
    }
    return bytes;
  }

  /** Appends framed records durably, to a new segment when the last one is full. */
  void append(long firstPosition, ByteBuffer records, long nowMillis) throws IOException {
    RecordFile file = active;
    if (file == null || (file.size() > 0 && file.size() + records.remaining() > segmentBytes)) {
      file = rotate(firstPosition);
    }
    try {
      file.append(records);
    } catch (IOException e) {
      seal();
      throw e;
    }
    Segment last = segments.lastEntry().getValue();
    last.bytes = file.size();
    last.newestMillis = nowMillis;
  }

  private RecordFile rotate(long base) throws IOException {
    Path path = directory.resolve("%s-%019d.seg".formatted(name, base));
    RecordFile file = RecordFile.open(path);
    if (file.size() > 0) {
      file.truncate(0);
    }
    AtomicFile.forceDirectory(directory);
    seal();
    if (reading != null && reading.base == base) {
      stopReading();
    }
    segments.put(base, new Segment(base, path, 0, 0));
    active = file;
    return file;
  }

  private void seal() {
    RecordFile file = active;
    active = null;
    if (file != null && file != readFile) {
      close(file);
    }
  }

  /** Deletes segments whose messages are all acknowledged; {@code next} names a fresh last one. */
  void removeThrough(long position, long next) throws IOException {
    while (segments.size() > 1 && segments.higherKey(segments.firstKey()) - 1 <= position) {
      delete(segments.firstEntry().getValue());
    }
    if (!segments.isEmpty()) {
      Segment last = segments.lastEntry().getValue();
      if (segments.size() == 1 && next - 1 <= position && last.bytes >= segmentBytes / 4) {
        rotate(next);
        delete(last);
      }
    }
  }

  boolean isEmpty() {
    return bytes() == 0;
  }

  /** When the newest message of the oldest segment was written; empty lanes have none. */
  long oldestSegmentMillis() {
    return segments.isEmpty() || segments.firstEntry().getValue().bytes == 0
        ? Long.MAX_VALUE
        : segments.firstEntry().getValue().newestMillis;
  }

  /** Deletes the oldest segment and answers how many of its messages lay behind that position. */
  long dropOldest(long acknowledged, long next) throws IOException {
    Segment oldest = segments.firstEntry().getValue();
    long count = count(oldest, acknowledged);
    if (segments.size() == 1) {
      rotate(next);
    }
    delete(oldest);
    return count;
  }

  private long count(Segment segment, long acknowledged) throws IOException {
    long bound = bound(segment);
    long count = 0;
    try (RecordFile file = RecordFile.openToRead(segment.path)) {
      for (var found = file.next(0); found != null; found = file.next(found.end())) {
        long position = Entry.position(found.body());
        if (position > acknowledged && position < bound) {
          count++;
        }
      }
    }
    return count;
  }

  private void delete(Segment segment) throws IOException {
    if (reading == segment) {
      stopReading();
    }
    Files.deleteIfExists(segment.path);
    segments.remove(segment.base);
  }

  /** The first message at or behind the position, or null when there is none. */
  @Nullable Entry first(long position) throws IOException {
    if (position < soughtFrom || reading == null) {
      startReading(position);
    }
    soughtFrom = position;
    Entry entry = ahead;
    while (entry == null || entry.position() < position) {
      entry = advance();
      if (entry == null) {
        break;
      }
    }
    ahead = entry;
    return entry;
  }

  private void startReading(long position) {
    stopReading();
    var start = segments.floorEntry(position);
    reading =
        start != null
            ? start.getValue()
            : segments.isEmpty() ? null : segments.firstEntry().getValue();
  }

  private @Nullable Entry advance() throws IOException {
    while (reading != null) {
      RecordFile file = readFile;
      if (file == null) {
        file = isActive(reading) && active != null ? active : RecordFile.openToRead(reading.path);
        readFile = file;
      }
      for (var found = file.next(readOffset); found != null; found = file.next(readOffset)) {
        if (found.skipped() > 0) {
          log.error(
              "%d bytes of %s at offset %d are damaged; the messages they held are declared missing"
                  .formatted(found.skipped(), reading.path, readOffset));
        }
        readOffset = found.end();
        if (Entry.position(found.body()) < bound(reading)) {
          return Entry.read(found.body());
        }
      }
      var following = segments.higherEntry(reading.base);
      if (following == null) {
        return null;
      }
      closeReadFile();
      reading = following.getValue();
      readOffset = 0;
    }
    return null;
  }

  private boolean isActive(Segment segment) {
    return segments.lastEntry().getValue() == segment;
  }

  private long bound(Segment segment) {
    Long following = segments.higherKey(segment.base);
    return following == null ? Long.MAX_VALUE : following;
  }

  private void stopReading() {
    closeReadFile();
    reading = null;
    readOffset = 0;
    ahead = null;
    soughtFrom = Long.MAX_VALUE;
  }

  private void closeReadFile() {
    RecordFile file = readFile;
    readFile = null;
    if (file != null && file != active) {
      close(file);
    }
  }

  private void close(RecordFile file) {
    try {
      file.close();
    } catch (IOException e) {
      log.warn("closing a segment of " + name + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    stopReading();
    seal();
  }
}

package com.iottly.agent.spool;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.disk.AtomicFile;
import com.iottly.agent.disk.RecordFile;
import com.iottly.agent.log.Log;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The spool's files and numbers, without a thread of its own.
 *
 * <p>Inside, messages are numbered by <em>position</em>, which only grows. A sequence is a position
 * less the epoch's base, so a new epoch is one small file and no message is written again.
 */
final class SpoolStore {

  private final SpoolSettings settings;
  private final DeviceClock clock;
  private final RandomGenerator random;
  private final Log log;
  private final SpoolFiles files;
  private final FileChannel lock;
  private final Lane telemetry;
  private final Lane others;
  private SpoolFiles.Numbering numbering;
  private SpoolFiles.State saved;
  private long next;
  private long acknowledged;
  private long droppedTelemetry;
  private long droppedOthers;
  private String trouble = "";

  static SpoolStore open(SpoolSettings settings, DeviceClock clock, RandomGenerator random, Log log)
      throws IOException {
    Files.createDirectories(settings.directory());
    FileChannel lock = lock(settings.directory());
    try {
      return new SpoolStore(settings, clock, random, log, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new SpoolException("the spool in " + directory + " is already open here", e);
    }
    channel.close();
    throw new SpoolException(
        "the spool in "
            + directory
            + " is used by another process; stop that agent, or set another [spool] dir");
  }

  private SpoolStore(
      SpoolSettings settings, DeviceClock clock, RandomGenerator random, Log log, FileChannel lock)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.log = log;
    this.lock = lock;
    Path directory = settings.directory();
    files = new SpoolFiles(directory, log);
    telemetry = Lane.open(directory, "telemetry", settings.segmentBytes(), log);
    others = Lane.open(directory, "messages", settings.segmentBytes(), log);
    next = Math.max(telemetry.recover(), others.recover());
    saved = files.readState();
    acknowledged = Math.min(saved.acknowledged(), next - 1);
    droppedTelemetry = saved.droppedTelemetry();
    droppedOthers = saved.droppedOthers();
    var known = files.readNumbering();
    if (known.isPresent() && known.get().base() < next) {
      numbering = known.get();
      acknowledged = Math.max(acknowledged, numbering.base());
    } else {
      numbering = new SpoolFiles.Numbering(Epoch.random(random), 0);
      renew();
    }
  }

  SpoolStatus status() {
    return new SpoolStatus(
        numbering.epoch(),
        next - 1 - numbering.base(),
        acknowledged - numbering.base(),
        telemetry.bytes() + others.bytes(),
        droppedTelemetry,
        droppedOthers);
  }

  /** Appends a group: every message's outcome, in order. What is stored is durable. */
  List<AppendOutcome> append(List<DeviceMessage> messages) {
    Group forTelemetry = new Group(telemetry);
    Group forOthers = new Group(others);
    for (DeviceMessage message : messages) {
      Group group = group(message, forTelemetry, forOthers);
      group.count++;
      group.bytes += RecordFile.OVERHEAD + Entry.bodySize(message);
    }
    try {
      makeRoom(forTelemetry, forOthers);
    } catch (IOException e) {
      log.error("making room in the spool", e);
    }
    long position = next;
    for (DeviceMessage message : messages) {
      Group group = group(message, forTelemetry, forOthers);
      if (group.refused == null) {
        group.add(new Entry(position, message));
        position++;
      }
    }
    forTelemetry.write();
    forOthers.write();
    while (forOthers.refused instanceof AppendOutcome.Full && droppedForRoom(position)) {
      forOthers.write();
    }
    next = Math.max(next, Math.max(forTelemetry.durableThrough, forOthers.durableThrough) + 1);
    var outcomes = new ArrayList<AppendOutcome>(messages.size());
    for (DeviceMessage message : messages) {
      outcomes.add(group(message, forTelemetry, forOthers).outcome(numbering.base()));
    }
    return outcomes;
  }

  /** On a full disk the oldest telemetry makes room for messages that matter more. */
  private boolean droppedForRoom(long unused) {
    try {
      if (telemetry.isEmpty()) {
        return false;
      }
      dropOldest(telemetry, "the disk is full", unused);
      return true;
    } catch (IOException e) {
      log.error("making room on the disk", e);
      return false;
    }
  }

  private static Group group(DeviceMessage message, Group telemetry, Group others) {
    return message.kind() == Kind.IOTTLYAGENT ? telemetry : others;
  }

  /** The part of a group that goes to one lane. */
  private final class Group {
    final Lane lane;
    final List<Entry> entries = new ArrayList<>();
    int count;
    int bytes;
    int answered;
    long durableThrough;
    @Nullable AppendOutcome refused;

    Group(Lane lane) {
      this.lane = lane;
    }

    void add(Entry entry) {
      entries.add(entry);
    }

    void write() {
      if (entries.isEmpty()) {
        return;
      }
      refused = null;
      ByteBuffer records = ByteBuffer.allocate(bytes);
      for (Entry entry : entries) {
        RecordFile.frame(records, entry.body());
      }
      try {
        long now = clock.trusted() ? clock.millis() : 0;
        lane.append(entries.getFirst().position(), records.flip(), now);
        durableThrough = entries.getLast().position();
        wrote();
      } catch (IOException e) {
        failed(e);
        refused = outcome(e);
        droppedTelemetry += lane == telemetry ? entries.size() : 0;
      }
    }

    AppendOutcome outcome(long base) {
      return refused != null
          ? refused
          : new AppendOutcome.Stored(entries.get(answered++).position() - base);
    }

    private AppendOutcome outcome(IOException e) {
      String message = String.valueOf(e.getMessage());
      return message.contains("No space left") || message.contains("quota")
          ? new AppendOutcome.Full("the disk of " + settings.directory() + " is full")
          : new AppendOutcome.Failed(message);
    }
  }

  /** The same failure is said once, however often it comes. */
  private void failed(IOException e) {
    String failure = String.valueOf(e.getMessage());
    if (!failure.equals(trouble)) {
      log.error("the spool can't write; it will be tried again with each message", e);
    }
    trouble = failure;
  }

  private void wrote() {
    if (!trouble.isEmpty()) {
      log.info("the spool can write again");
    }
    trouble = "";
  }

  /** Drops the oldest messages so that the group fits: telemetry first, and never for telemetry. */
  private void makeRoom(Group forTelemetry, Group forOthers) throws IOException {
    while (over(forTelemetry.bytes + forOthers.bytes) && !telemetry.isEmpty()) {
      dropOldest(telemetry, "the spool is over its size limit", next);
    }
    if (forTelemetry.bytes > 0 && over(forTelemetry.bytes + forOthers.bytes)) {
      forTelemetry.refused =
          new AppendOutcome.Full("the spool is full of messages that matter more than telemetry");
      droppedTelemetry += forTelemetry.count;
      forTelemetry.bytes = 0;
    }
    while (over(forOthers.bytes) && !others.isEmpty()) {
      dropOldest(others, "the spool is over its size limit", next);
    }
  }

  private boolean over(int more) {
    return telemetry.bytes() + others.bytes() + more > settings.maxBytes();
  }

  /**
   * Drops the oldest segment of a lane.
   *
   * @param unused a position that was not given out yet
   */
  private void dropOldest(Lane lane, String why, long unused) throws IOException {
    long count = lane.dropOldest(acknowledged, unused);
    if (lane == telemetry) {
      droppedTelemetry += count;
    } else {
      droppedOthers += count;
    }
    if (count > 0) {
      log.warn(
          "%s: %d %s messages were dropped"
              .formatted(why, count, lane == telemetry ? "telemetry" : "user"));
    }
  }

  Greeting greeting() throws IOException {
    Entry lowest = lowest(numbering.base() + 1);
    long position = lowest == null ? next : lowest.position();
    return new Greeting(numbering.epoch(), position - numbering.base());
  }

  private @Nullable Entry lowest(long position) throws IOException {
    Entry a = telemetry.first(position);
    Entry b = others.first(position);
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.position() < b.position() ? a : b;
  }

  Chunk read(long from, int maxMessages, int maxBytes) throws IOException {
    long start = from + numbering.base();
    Entry entry = lowest(start);
    if (entry == null || entry.position() > start) {
      long through = entry == null ? next - 1 : entry.position() - 1;
      return through < start ? new Chunk.Nothing() : missing(start, through);
    }
    var messages = new ArrayList<DeviceMessage>();
    int bytes = 0;
    long expected = start;
    while (entry != null
        && entry.position() == expected
        && messages.size() < maxMessages
        && (messages.isEmpty() || bytes + entry.wireSize() <= maxBytes)) {
      messages.add(entry.message());
      bytes += entry.wireSize();
      expected++;
      entry = lowest(expected);
    }
    return new Chunk.Messages(from, messages);
  }

  private Chunk missing(long from, long through) {
    long base = numbering.base();
    if (from <= acknowledged) {
      return new Chunk.Missing(
          from - base,
          Math.min(through, acknowledged) - base,
          "the platform acknowledged these before, and the device removed them");
    }
    return new Chunk.Missing(
        from - base,
        through - base,
        "dropped by the limits of the device's spool or because its disk was full, or damaged there");
  }

  void acknowledge(long through) throws IOException {
    long position = Math.min(through + numbering.base(), next - 1);
    if (position > acknowledged) {
      acknowledged = position;
      telemetry.removeThrough(position, next);
      others.removeThrough(position, next);
    }
  }

  Resume resume(long received) throws IOException {
    if (received > next - 1 - numbering.base()) {
      log.warn(
          "the platform has sequence %d of this spool, which only gave out %d: the disk was restored from an older copy; the spool gets a new epoch"
              .formatted(received, next - 1 - numbering.base()));
      renew();
      return new Resume.Renewed(numbering.epoch());
    }
    acknowledge(received);
    return new Resume.From(received + 1);
  }

  /** A new epoch whose sequence 1 is the first message that was not acknowledged. */
  private void renew() throws IOException {
    Entry lowest = lowest(acknowledged + 1);
    long base = lowest == null ? next - 1 : lowest.position() - 1;
    var fresh = new SpoolFiles.Numbering(Epoch.random(random), base);
    files.write(fresh);
    numbering = fresh;
    acknowledged = base;
  }

  /** Applies the age limit and writes the state down, when there is something to do. */
  void housekeeping() throws IOException {
    if (clock.trusted()) {
      long oldest = clock.millis() - settings.maxAge().toMillis();
      for (Lane lane : List.of(telemetry, others)) {
        while (clock.believable(lane.oldestSegmentMillis())
            && lane.oldestSegmentMillis() < oldest) {
          dropOldest(lane, "the spool is over its age limit", next);
        }
      }
    }
    var state = new SpoolFiles.State(acknowledged, droppedTelemetry, droppedOthers);
    if (!state.equals(saved)) {
      files.write(state);
      saved = state;
    }
  }

  void close() {
    try {
      housekeeping();
    } catch (IOException e) {
      log.warn("the spool's state could not be saved: " + e.getMessage());
    }
    telemetry.close();
    others.close();
    try {
      AtomicFile.forceDirectory(settings.directory());
      lock.close();
    } catch (IOException e) {
      log.warn("closing the spool: " + e.getMessage());
    }
  }
}

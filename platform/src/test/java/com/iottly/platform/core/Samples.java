package com.iottly.platform.core;

import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Things to put into a store, and ways to look at what came out. */
public final class Samples {

  public static final ProjectId PROJECT = new ProjectId("59c1b1a2e1382300011aaaaa");
  public static final ProjectId OTHER_PROJECT = new ProjectId("59c1b1a2e1382300011bbbbb");
  public static final DeviceId DEVICE = device(1);
  public static final DeviceId OTHER_DEVICE = device(2);
  public static final Epoch EPOCH = new Epoch(7, 8);
  public static final Instant DEVICE_TIME = Instant.parse("2026-02-28T23:59:59.123Z");

  private Samples() {}

  /** The seed of this run: printed by the test when it fails, set by {@code -Diottly.seed}. */
  public static long seed() {
    Long given = Long.getLong("iottly.seed");
    return given != null ? given : new Random().nextLong();
  }

  public static DeviceId device(long number) {
    return new DeviceId(new UUID(0x1111_0000_4000L, number));
  }

  public static CommandId command(long number) {
    return new CommandId(new UUID(0x2222_0000_4000L, number));
  }

  public static Uplink message(long number) {
    return message(MessageType.USERDEFINED, number);
  }

  public static Uplink message(MessageType type, long number) {
    return new Uplink.NewMessage(type, DEVICE_TIME, true, null, payload(number));
  }

  public static List<Uplink> messages(long from, long through) {
    return LongStream.rangeClosed(from, through).mapToObj(Samples::message).toList();
  }

  public static Payload payload(long number) {
    return Payload.of("{\"n\":" + number + "}");
  }

  /** What {@link #payload} was made of; -1 for another payload. */
  public static long number(Payload payload) {
    String json = payload.toString();
    return json.matches("\\{\"n\":\\d+}")
        ? Long.parseLong(json.substring(5, json.length() - 1))
        : -1;
  }

  public static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the future did not complete", e);
    }
  }

  public static Journal.Opened.Stream open(Journal journal, DeviceId device, Epoch epoch) {
    return (Journal.Opened.Stream) get(journal.open(PROJECT, device, epoch));
  }

  /** Appends these numbers to a new session of the device's own epoch, behind what is there. */
  public static void append(Journal journal, ProjectId project, DeviceId device, long... numbers) {
    Epoch epoch = new Epoch(0, device.value().getLeastSignificantBits());
    Journal.Opened.Stream stream = open(journal, device, epoch);
    List<Uplink> uplinks = LongStream.of(numbers).mapToObj(Samples::message).toList();
    AppendOutcome outcome =
        get(journal.append(project, device, stream.fence(), epoch, stream.received() + 1, uplinks));
    if (!outcome.equals(new Appended(stream.received() + numbers.length))) {
      throw new AssertionError("not appended: " + outcome);
    }
  }

  /** Every entry behind the cursor, read in slices of that size. */
  public static List<Entry> entries(Journal journal, Cursor after, int limit) {
    List<Entry> entries = new ArrayList<>();
    Cursor cursor = after;
    while (true) {
      Journal.Slice slice = journal.read(cursor, limit);
      entries.addAll(slice.entries());
      if (slice.entries().isEmpty()) {
        return entries;
      }
      cursor = slice.next();
    }
  }

  public static List<Entry> entries(Journal journal) {
    return entries(journal, journal.tail(), 100);
  }

  public static List<Long> numbers(Journal journal) {
    return entries(journal).stream().map(entry -> number(((Message) entry).payload())).toList();
  }

  public static List<Message> history(History history, DeviceId device, History.Range range) {
    List<Message> messages = new ArrayList<>();
    try (History.Scan scan = history.scan(device, range)) {
      for (Message message = scan.next(); message != null; message = scan.next()) {
        messages.add(message);
      }
    }
    return messages;
  }

  public static List<Long> numbers(List<Message> messages) {
    return messages.stream().map(message -> number(message.payload())).toList();
  }
}

package com.iottly.platform.telemetry;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.filter.Budget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of devices over time, read from their messages. A message counts at the moment the device
 * made it, if the device believed its clock, so that what waited in a spool fills the gap it came
 * from. Reads block on disk: not for event loops. Any thread.
 */
public final class TelemetryQueries {

  private static final int LOOKED_THROUGH = 200;

  private final History history;
  private final TelemetryLimits limits;
  private final LongSupplier nanoTime;
  private final Semaphore turns;

  /**
   * @param nanoTime a clock that only goes forwards, such as {@link System#nanoTime}
   */
  public TelemetryQueries(History history, TelemetryLimits limits, LongSupplier nanoTime) {
    this.history = history;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.turns = new Semaphore(limits.atOnce());
  }

  /**
   * What is asked.
   *
   * @param devices at most {@value TelemetryLimits#DEVICES}
   * @param fields paths, at most {@value TelemetryLimits#FIELDS}
   * @param channel only messages on this channel, or null for all
   * @param from inclusive
   * @param to exclusive, behind {@code from}
   * @param points at most so many buckets, 1 to {@value TelemetryLimits#POINTS}
   */
  public record Question(
      List<DeviceId> devices,
      List<String> fields,
      @Nullable String channel,
      Instant from,
      Instant to,
      int points) {
    public Question {
      devices = List.copyOf(devices);
      fields = List.copyOf(fields);
    }
  }

  /** A series for each device and field. */
  public TelemetryResult series(Question question) {
    if (!turns.tryAcquire()) {
      return new TelemetryResult.Busy();
    }
    try {
      Budget budget = Budget.of(limits.runTime(), nanoTime);
      Buckets buckets = Buckets.over(question.from(), question.to(), question.points());
      List<Series> all = new ArrayList<>();
      for (DeviceId device : question.devices()) {
        all.addAll(read(device, question, buckets, budget));
      }
      return new TelemetryResult.Found(buckets, all);
    } catch (Budget.SpentException _) {
      return new TelemetryResult.TooSlow(limits.runTime());
    } finally {
      turns.release();
    }
  }

  /** One scan for all fields of a device, from the beginning of the time until it is over. */
  private List<Series> read(DeviceId device, Question question, Buckets buckets, Budget budget) {
    List<Series> series =
        question.fields().stream()
            .map(field -> new Series(device, field, buckets.count()))
            .toList();
    Numbers numbers = new Numbers(question.fields());
    long from = question.from().toEpochMilli();
    long to = question.to().toEpochMilli();
    try (History.Scan scan = history.scan(device, since(question.from()))) {
      for (Message message = scan.next(); message != null; message = scan.next()) {
        budget.step();
        long made = made(message);
        if (made >= to && isOrderedByDevice(message)) {
          return series;
        }
        if (made >= from && made < to && isOn(question.channel(), message)) {
          double[] values = numbers.read(message.payload());
          for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
              series.get(i).add((int) buckets.of(made), values[i]);
            }
          }
        }
      }
    }
    return series;
  }

  private static History.Range since(Instant from) {
    return new History.Range(from, null, null, EnumSet.allOf(MessageType.class), false);
  }

  private static long made(Message message) {
    long arrived = message.timestamp().toEpochMilli();
    return message.clockTrusted()
        ? Math.min(arrived, message.deviceTimestamp().toEpochMilli())
        : arrived;
  }

  /**
   * Devices send their messages in the order they made them, so behind one that was made after the
   * end there is nothing more to come. What the platform wrote itself has one time twice, and tells
   * nothing of what a device still had in its spool.
   */
  private static boolean isOrderedByDevice(Message message) {
    return message.clockTrusted() && !message.deviceTimestamp().equals(message.timestamp());
  }

  private static boolean isOn(@Nullable String channel, Message message) {
    return channel == null || channel.equals(message.channel());
  }

  /** The numbers in the device's newest messages, at most {@value TelemetryLimits#LISTED}. */
  public List<NumericField> fields(DeviceId device) {
    FieldFinder finder = new FieldFinder();
    for (MessageType type : MessageType.values()) {
      var newest = new History.Range(null, null, null, Set.of(type), true);
      try (History.Scan scan = history.scan(device, newest)) {
        int looked = 0;
        for (Message message = scan.next();
            message != null && looked < LOOKED_THROUGH;
            message = scan.next()) {
          finder.look(message);
          looked++;
        }
      }
    }
    return finder.fields();
  }
}

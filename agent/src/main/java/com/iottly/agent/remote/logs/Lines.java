package com.iottly.agent.remote.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.iottly.agent.channel.Channel;
import com.iottly.agent.log.Log.Level;
import com.iottly.agent.log.LogReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a tail's lines to its client: those that match go, as many a second as are allowed;
 * those beyond that are counted, and the count goes before the next line. One thread.
 */
final class Lines {

  private static final int CHUNK = 16 * 1024;
  private static final long SECOND = 1_000_000_000;

  private final Channel channel;
  private final @Nullable Pattern grep;
  private final @Nullable Level least;
  private final int perSecond;
  private final LongSupplier nanoTime;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private double allowed;
  private long allowedAt;
  private long sent;
  private long leftOut;
  private long leftOutInAll;

  /**
   * @param grep what a line must contain, or null for all
   * @param least the level of the agent's log from which on lines go, or null for all
   * @param perSecond how many lines go in a second; as many may come at once after a pause
   */
  Lines(
      Channel channel,
      @Nullable Pattern grep,
      @Nullable Level least,
      int perSecond,
      LongSupplier nanoTime) {
    this.channel = channel;
    this.grep = grep;
    this.least = least;
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.allowed = perSecond;
    this.allowedAt = nanoTime.getAsLong();
  }

  /** Whether the client wants to see it. */
  boolean matches(String line) {
    return (least == null || LogReader.passes(line, least))
        && (grep == null || grep.matcher(line).find());
  }

  /** A line of the past; the rate is not for it. */
  void past(String line) throws IOException, InterruptedException {
    if (matches(line)) {
      write(line);
    }
  }

  /** A line that was just written. */
  void now(String line) throws IOException, InterruptedException {
    if (!matches(line)) {
      return;
    }
    long time = nanoTime.getAsLong();
    allowed = Math.min(perSecond, allowed + (double) (time - allowedAt) / SECOND * perSecond);
    allowedAt = time;
    if (allowed < 1) {
      leftOut++;
      leftOutInAll++;
      return;
    }
    allowed--;
    write(line);
  }

  private void write(String line) throws IOException, InterruptedException {
    if (leftOut > 0) {
      flush();
    }
    waiting.writeBytes(line.getBytes(UTF_8));
    waiting.write('\n');
    sent++;
    if (waiting.size() >= CHUNK) {
      flush();
    }
  }

  /** Sends what waits, and what was left out. */
  void flush() throws IOException, InterruptedException {
    if (waiting.size() > 0) {
      channel.data(waiting.toByteArray());
      waiting.reset();
    }
    if (leftOut > 0) {
      channel.control(Map.of("left_out", leftOut));
      leftOut = 0;
    }
  }

  /** How many lines went, and how many did not for the rate. */
  Map<String, Long> counts() {
    return Map.of("lines", sent, "left_out", leftOutInAll);
  }
}

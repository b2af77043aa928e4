package com.iottly.bench;

import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * BATCH frames encoded once, WebSocket header and all; sending one is a copy and a few patches.
 *
 * <p>A payload looks like telemetry, {@code {"n":1000000001,"level":"info","m0":27.31,…}}, and has
 * exactly the size asked for. Several frames with different values take turns, so that a store
 * can't compress them into nothing. {@code n} is 1,000,000,000 plus the sequence, and every {@value
 * #WARN_EVERY}th message of a device has the level {@code warn}, when the template is numbered.
 */
final class BatchTemplate {

  /** The smallest payload, in bytes. */
  static final int MIN_SIZE = 48;

  /** How rare the level {@code warn} is. */
  static final int WARN_EVERY = 1000;

  private static final int BATCH_HEADER = 12;
  private static final int FIRST_OFFSET = 2;
  private static final int TIME_OFFSET = 2;
  private static final int MESSAGE_HEADER = FrameCodec.MESSAGE_OVERHEAD;
  private static final String START = "{\"n\":1000000000,\"level\":\"info\"";
  private static final int NUMBER_OFFSET = 5;
  private static final int NUMBER_DIGITS = 10;
  private static final int LEVEL_OFFSET = START.indexOf("info");
  private static final byte[] INFO = "info".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WARN = "warn".getBytes(StandardCharsets.US_ASCII);

  private final byte[][] frames;
  private final int batch;
  private final int size;
  private final boolean numbered;
  private final int bodyOffset;

  /**
   * Frames of {@code batch} messages with payloads of {@code size} bytes.
   *
   * @param numbered whether to write each message's number and level, which costs a little
   */
  BatchTemplate(int batch, int size, boolean numbered, Random random) {
    this.batch = batch;
    this.size = size;
    this.numbered = numbered;
    this.frames = new byte[Math.max(1, 64 / batch)][];
    int body = BATCH_HEADER + batch * (MESSAGE_HEADER + size);
    this.bodyOffset = WebSocketFraming.headerBytes(body);
    for (int i = 0; i < frames.length; i++) {
      List<Frame.DeviceMessage> messages = new ArrayList<>();
      for (int n = 0; n < batch; n++) {
        messages.add(
            new Frame.DeviceMessage(
                Frame.Kind.USERDEFINED, 0, true, null, Payload.of(payload(size, random))));
      }
      byte[] encoded = FrameCodec.encode(new Frame.Batch(1, messages));
      frames[i] = WebSocketFraming.frame(WebSocketFraming.BINARY, encoded);
    }
  }

  int batch() {
    return batch;
  }

  /** The bytes of one frame on the wire. */
  int frameBytes() {
    return frames[0].length;
  }

  /** The bytes of one BATCH frame as the protocol counts them, without the WebSocket header. */
  int protocolBytes() {
    return frames[0].length - bodyOffset;
  }

  /** Appends one frame whose first message has that sequence. */
  void write(ByteBuffer out, long first, long deviceTime) {
    int start = out.position() + bodyOffset;
    out.put(frames[(int) (first / batch % frames.length)]);
    out.putLong(start + FIRST_OFFSET, first);
    int message = start + BATCH_HEADER;
    for (int i = 0; i < batch; i++) {
      out.putLong(message + TIME_OFFSET, deviceTime);
      if (numbered) {
        number(out, message + MESSAGE_HEADER, first + i);
      }
      message += MESSAGE_HEADER + size;
    }
  }

  private static void number(ByteBuffer out, int payload, long sequence) {
    long rest = 1_000_000_000L + sequence;
    for (int i = NUMBER_DIGITS - 1; i >= 0; i--) {
      out.put(payload + NUMBER_OFFSET + i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    out.put(payload + LEVEL_OFFSET, sequence % WARN_EVERY == 0 ? WARN : INFO);
  }

  /** A JSON object of exactly that many bytes. */
  static String payload(int size, Random random) {
    if (size < MIN_SIZE) {
      throw new BenchException("a payload has at least " + MIN_SIZE + " bytes; asked for " + size);
    }
    StringBuilder json = new StringBuilder(START);
    String frame = ",\"p\":\"\"}";
    for (int i = 0; ; i++) {
      String metric = ",\"m" + i + "\":" + (10 + random.nextInt(90)) + "." + random.nextInt(1000);
      if (json.length() + metric.length() + frame.length() > size) {
        break;
      }
      json.append(metric);
    }
    int padding = size - json.length() - frame.length();
    return json.append(",\"p\":\"").append("x".repeat(padding)).append("\"}").toString();
  }
}

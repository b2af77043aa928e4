package com.iottly.wire;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One unit of the device link. A frame travels as one binary WebSocket message.
 *
 * <p>The flow. The device opens a WebSocket with its token in the handshake and says {@link Hello}:
 * which spool it has (the epoch) and the lowest sequence that spool still holds. The platform
 * answers {@link Welcome}: how far it already holds that epoch durably, and the limits of the
 * session. The device sends {@link Batch} after {@link Batch}, never more than the window beyond
 * the last {@link Ack}; what its spool had to drop it declares with {@link Gap}. The platform sends
 * {@link Ack} only after everything up to that sequence is on disk, and {@link Command} whenever
 * one waits. {@link Ping} and {@link Pong} keep the line alive and measure the device's clock.
 *
 * <p>Beside the messages, the same connection carries channels ({@link OfChannel}): the platform
 * opens one to a service of the device, both send {@link Data} as far as the other's {@link Credit}
 * reaches, and either ends it.
 *
 * <p>All times are milliseconds since 1970-01-01T00:00:00Z. Sequences start at 1 in each epoch.
 */
public sealed interface Frame {

  /**
   * The device's first frame.
   *
   * @param epoch the identity of the device's spool
   * @param next the lowest sequence the device can still send, at least 1
   * @param deviceTime the device's clock
   * @param clockTrusted whether the device believes its own clock
   * @param heartbeatSeconds how often the device will send {@link Ping}, 1 to 3600
   * @param agentVersion the agent's version, at most 64 bytes
   * @param info facts about the device (machine id, boot id, system …), a JSON object
   */
  record Hello(
      Epoch epoch,
      long next,
      long deviceTime,
      boolean clockTrusted,
      int heartbeatSeconds,
      String agentVersion,
      Payload info)
      implements Frame {}

  /**
   * The platform's answer to {@link Hello}.
   *
   * @param received the highest sequence of the device's epoch that is durable, 0 when none is
   * @param serverTime the platform's clock
   * @param windowMessages how many messages may be unacknowledged at once
   * @param windowBytes how many bytes of batch frames may be unacknowledged at once
   * @param maxFrameBytes the largest frame the platform reads
   * @param maxPayloadBytes the largest payload of one message
   */
  record Welcome(
      long received,
      long serverTime,
      int windowMessages,
      int windowBytes,
      int maxFrameBytes,
      int maxPayloadBytes)
      implements Frame {}

  /**
   * Messages with consecutive sequences.
   *
   * @param first the sequence of the first message
   * @param messages 1 to 65535 messages; the n-th has the sequence {@code first + n}
   */
  record Batch(long first, List<DeviceMessage> messages) implements Frame {
    public Batch {
      messages = List.copyOf(messages);
    }

    /** The sequence of the last message. */
    public long last() {
      return first + messages.size() - 1;
    }
  }

  /**
   * The device's spool no longer has these sequences and never will.
   *
   * @param from the first missing sequence
   * @param through the last missing sequence, at least {@code from}
   * @param reason why, for a person to read, at most 255 bytes
   */
  record Gap(long from, long through, String reason) implements Frame {}

  /**
   * Everything up to this sequence is durable on the platform.
   *
   * @param through the highest durable sequence of the session's epoch
   */
  record Ack(long through) implements Frame {}

  /**
   * A command for the device.
   *
   * @param id the command's identity, at most 64 bytes; the device runs one id at most once
   * @param ttlMillis how long from now the command may still start
   * @param type the command's type, at most 128 bytes
   * @param body the command in its public form, {@code {"<type>":{"<keyword>":<value>}}}
   */
  record Command(String id, long ttlMillis, String type, Payload body) implements Frame {}

  /**
   * The device is alive.
   *
   * @param deviceTime the device's clock, given back in {@link Pong}
   */
  record Ping(long deviceTime) implements Frame {}

  /**
   * The platform is alive.
   *
   * @param deviceTime what the {@link Ping} said
   * @param serverTime the platform's clock
   */
  record Pong(long deviceTime, long serverTime) implements Frame {}

  /** A frame of one channel. Channel numbers are 1 to 2^31−1, each used once on a connection. */
  sealed interface OfChannel extends Frame {

    /** The channel's number. */
    int channel();
  }

  /**
   * The platform opens a channel to a service of the device.
   *
   * @param channel a number higher than any before on this connection
   * @param credit how many bytes of {@link Data} the device may send for now, 0 to 2^31−1
   * @param service the service's name, at most 64 bytes
   * @param arguments what the service is asked for, a JSON object
   */
  record Open(int channel, int credit, String service, Payload arguments) implements OfChannel {}

  /**
   * The device has opened it.
   *
   * @param credit how many bytes of {@link Data} the platform may send for now, 0 to 2^31−1
   * @param info what the service says about it, a JSON object
   */
  record Opened(int channel, int credit, Payload info) implements OfChannel {}

  /**
   * Bytes of a channel, in order. They use up credit.
   *
   * @param bytes 1 to {@value FrameCodec#MAX_DATA} bytes; nobody may change them
   */
  record Data(int channel, ByteBuffer bytes) implements OfChannel {
    public Data {
      bytes = bytes.slice();
    }

    /** A view of the bytes with a position of its own. */
    @Override
    public ByteBuffer bytes() {
      return bytes.duplicate();
    }

    /** How many bytes there are. */
    public int size() {
      return bytes.remaining();
    }
  }

  /**
   * The other end may send so many bytes more.
   *
   * @param bytes 1 to 2^31−1
   */
  record Credit(int channel, int bytes) implements OfChannel {}

  /**
   * A word about a channel (a new window size, a signal, the end of one direction), in order with
   * its {@link Data}, without using up credit.
   *
   * @param control a JSON object of at most {@value FrameCodec#MAX_CONTROL} bytes
   */
  record Control(int channel, Payload control) implements OfChannel {}

  /**
   * The channel is over, in both directions; or it was never opened.
   *
   * @param code a stable name of the reason, at most 64 bytes
   * @param result more about it, a JSON object
   */
  record End(int channel, String code, Payload result) implements OfChannel {}

  /**
   * A message as the device's spool holds it.
   *
   * @param kind what the message is
   * @param deviceTime the device's clock when the message was made
   * @param clockTrusted whether the device believed its clock at that moment
   * @param channel the message's channel, 1 to 255 bytes, or null
   * @param payload the message itself
   */
  record DeviceMessage(
      Kind kind,
      long deviceTime,
      boolean clockTrusted,
      @Nullable String channel,
      Payload payload) {}

  /** What a {@link DeviceMessage} is. */
  enum Kind {
    /** A message of the agent itself: telemetry, status. */
    IOTTLYAGENT(1),
    /** A message of a management script or an on-device app. */
    USERDEFINED(2),
    /**
     * The progress of a command. Its payload is {@code {"id":…,"state":…}} with state {@code
     * delivered}, {@code succeeded} or {@code failed}, and optionally {@code error} (a sentence)
     * and {@code result} (an object).
     */
    COMMAND_REPLY(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Kind of(int code) {
      return switch (code) {
        case 1 -> IOTTLYAGENT;
        case 2 -> USERDEFINED;
        case 3 -> COMMAND_REPLY;
        default ->
            throw WireException.badFrame(
                "message kind " + code + " is unknown; 1, 2 and 3 are defined");
      };
    }
  }
}

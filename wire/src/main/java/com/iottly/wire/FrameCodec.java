package com.iottly.wire;

import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames to bytes and back: version byte, type byte, fields in network byte order, as {@code
 * docs/protocol.md} lays them out. Stateless; any thread.
 */
public final class FrameCodec {

  /** The WebSocket sub-protocol (RFC 6455 §1.9) of this version. */
  public static final String SUBPROTOCOL = "iottly.v1";

  /** The first byte of every frame. */
  public static final int VERSION = 1;

  /** What a message costs in a batch frame beyond its channel and payload, in bytes. */
  public static final int MESSAGE_OVERHEAD = 15;

  /** What a batch frame costs beyond its messages, in bytes. */
  public static final int BATCH_OVERHEAD = 12;

  /** How many bytes one data frame may carry, so that nothing urgent waits long behind it. */
  public static final int MAX_DATA = 16 << 10;

  /** How many bytes the JSON of a control frame may have. */
  public static final int MAX_CONTROL = 4 << 10;

  private static final int HELLO = 1;
  private static final int BATCH = 2;
  private static final int GAP = 3;
  private static final int PING = 4;
  private static final int WELCOME = 17;
  private static final int ACK = 18;
  private static final int COMMAND = 19;
  private static final int PONG = 20;

  private static final int CLOCK_UNTRUSTED = 1;
  private static final int MAX_AGENT_VERSION = 64;

  private final int maxPayloadBytes;

  /** A codec that refuses payloads of more than that many bytes when decoding. */
  public FrameCodec(int maxPayloadBytes) {
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /** The bytes of a frame. */
  public static byte[] encode(Frame frame) {
    return switch (frame) {
      case Frame.Hello hello -> encodeHello(hello);
      case Frame.Batch batch -> encodeBatch(batch);
      case Frame.Gap gap -> {
        byte[] reason = utf8(gap.reason());
        yield start(GAP, 17 + reason.length)
            .putLong(gap.from())
            .putLong(gap.through())
            .put(shortLength(reason, "gap reason"))
            .put(reason)
            .array();
      }
      case Frame.Ping ping -> start(PING, 8).putLong(ping.deviceTime()).array();
      case Frame.Welcome welcome ->
          start(WELCOME, 32)
              .putLong(welcome.received())
              .putLong(welcome.serverTime())
              .putInt(welcome.windowMessages())
              .putInt(welcome.windowBytes())
              .putInt(welcome.maxFrameBytes())
              .putInt(welcome.maxPayloadBytes())
              .array();
      case Frame.Ack ack -> start(ACK, 8).putLong(ack.through()).array();
      case Frame.Command command -> encodeCommand(command);
      case Frame.Pong pong ->
          start(PONG, 16).putLong(pong.deviceTime()).putLong(pong.serverTime()).array();
      case Frame.OfChannel ofChannel -> ChannelFrames.encode(ofChannel);
    };
  }

  private static byte[] encodeHello(Frame.Hello hello) {
    byte[] version = utf8(hello.agentVersion());
    byte[] info = hello.info().bytes();
    return start(HELLO, 16 + 8 + 8 + 1 + 2 + 1 + version.length + 4 + info.length)
        .putLong(hello.epoch().high())
        .putLong(hello.epoch().low())
        .putLong(hello.next())
        .putLong(hello.deviceTime())
        .put(flags(hello.clockTrusted()))
        .putShort((short) hello.heartbeatSeconds())
        .put(shortLength(version, "agent version"))
        .put(version)
        .putInt(info.length)
        .put(info)
        .array();
  }

  private static byte[] encodeBatch(Frame.Batch batch) {
    List<DeviceMessage> messages = batch.messages();
    byte[][] channels = new byte[messages.size()][];
    int size = 10;
    for (int i = 0; i < channels.length; i++) {
      String channel = messages.get(i).channel();
      channels[i] = channel == null ? new byte[0] : utf8(channel);
      size += MESSAGE_OVERHEAD + channels[i].length + messages.get(i).payload().size();
    }
    ByteBuffer out = start(BATCH, size).putLong(batch.first()).putShort((short) channels.length);
    for (int i = 0; i < channels.length; i++) {
      DeviceMessage message = messages.get(i);
      out.put((byte) message.kind().code())
          .put(flags(message.clockTrusted()))
          .putLong(message.deviceTime())
          .put(shortLength(channels[i], "channel"))
          .put(channels[i])
          .putInt(message.payload().size())
          .put(message.payload().bytes());
    }
    return out.array();
  }

  private static byte[] encodeCommand(Frame.Command command) {
    byte[] id = utf8(command.id());
    byte[] type = utf8(command.type());
    byte[] body = command.body().bytes();
    return start(COMMAND, 1 + id.length + 8 + 1 + type.length + 4 + body.length)
        .put(shortLength(id, "command id"))
        .put(id)
        .putLong(command.ttlMillis())
        .put(shortLength(type, "command type"))
        .put(type)
        .putInt(body.length)
        .put(body)
        .array();
  }

  /**
   * The frame in these bytes.
   *
   * @throws WireException when the bytes are not exactly one frame of this version
   */
  public Frame decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      int version = in.get() & 0xff;
      if (version != VERSION) {
        throw WireException.badFrame(
            "frame version " + version + " is not spoken here; this is " + SUBPROTOCOL);
      }
      Frame frame = decodeBody(in.get() & 0xff, in);
      if (in.hasRemaining()) {
        throw WireException.badFrame(in.remaining() + " bytes follow the end of the frame");
      }
      return frame;
    } catch (BufferUnderflowException e) {
      throw WireException.badFrame("the frame ends after " + bytes.length + " bytes, too early");
    }
  }

  private Frame decodeBody(int type, ByteBuffer in) {
    return switch (type) {
      case HELLO -> decodeHello(in);
      case BATCH -> decodeBatch(in);
      case GAP -> {
        long from = sequence(in, "gap from");
        long through = sequence(in, "gap through");
        if (through < from) {
          throw WireException.badFrame(
              "the gap ends at " + through + " before it starts at " + from);
        }
        yield new Frame.Gap(from, through, shortText(in, "gap reason"));
      }
      case PING -> new Frame.Ping(in.getLong());
      case WELCOME ->
          new Frame.Welcome(
              in.getLong(), in.getLong(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
      case ACK -> new Frame.Ack(in.getLong());
      case COMMAND ->
          new Frame.Command(
              shortText(in, "command id"),
              in.getLong(),
              shortText(in, "command type"),
              payload(in, maxPayloadBytes));
      case PONG -> new Frame.Pong(in.getLong(), in.getLong());
      default ->
          ChannelFrames.isOne(type)
              ? ChannelFrames.decode(type, in, maxPayloadBytes)
              : refuseType(type);
    };
  }

  private static Frame refuseType(int type) {
    throw WireException.badFrame("frame type " + type + " is unknown");
  }

  private Frame decodeHello(ByteBuffer in) {
    Epoch epoch = new Epoch(in.getLong(), in.getLong());
    long next = sequence(in, "next");
    long deviceTime = in.getLong();
    boolean clockTrusted = clockTrusted(in.get());
    int heartbeatSeconds = in.getShort() & 0xffff;
    if (heartbeatSeconds < 1 || heartbeatSeconds > 3600) {
      throw WireException.badFrame(
          "a heartbeat of " + heartbeatSeconds + " s is out of range; 1 to 3600 are allowed");
    }
    String agentVersion = shortText(in, "agent version");
    if (agentVersion.getBytes(StandardCharsets.UTF_8).length > MAX_AGENT_VERSION) {
      throw WireException.badFrame(
          "the agent version has more than " + MAX_AGENT_VERSION + " bytes");
    }
    return new Frame.Hello(
        epoch,
        next,
        deviceTime,
        clockTrusted,
        heartbeatSeconds,
        agentVersion,
        payload(in, maxPayloadBytes));
  }

  private Frame decodeBatch(ByteBuffer in) {
    long first = sequence(in, "first");
    int count = in.getShort() & 0xffff;
    if (count == 0) {
      throw WireException.badFrame("a batch has at least one message");
    }
    if (first > Long.MAX_VALUE - count) {
      throw WireException.badFrame("sequences end at " + Long.MAX_VALUE);
    }
    var messages = new ArrayList<DeviceMessage>(Math.min(count, in.remaining() / MESSAGE_OVERHEAD));
    for (int i = 0; i < count; i++) {
      try {
        messages.add(decodeMessage(in));
      } catch (WireException e) {
        throw new WireException(e.closeCode(), "message " + (first + i) + ": " + e.getMessage());
      }
    }
    return new Frame.Batch(first, messages);
  }

  private DeviceMessage decodeMessage(ByteBuffer in) {
    Kind kind = Kind.of(in.get() & 0xff);
    boolean clockTrusted = clockTrusted(in.get());
    long deviceTime = in.getLong();
    String channel = shortText(in, "channel");
    return new DeviceMessage(
        kind,
        deviceTime,
        clockTrusted,
        channel.isEmpty() ? null : channel,
        payload(in, maxPayloadBytes));
  }

  static Payload payload(ByteBuffer in, int maxBytes) {
    int length = in.getInt();
    if (length < 0 || length > maxBytes) {
      throw new WireException(
          CloseCode.TOO_LARGE,
          "a payload of "
              + Integer.toUnsignedString(length)
              + " bytes is over the limit of "
              + maxBytes);
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Payload.of(bytes);
  }

  private static long sequence(ByteBuffer in, String field) {
    long sequence = in.getLong();
    if (sequence < 1) {
      throw WireException.badFrame(
          field + " is " + Long.toUnsignedString(sequence) + "; sequences start at 1");
    }
    return sequence;
  }

  private static boolean clockTrusted(byte flags) {
    if ((flags & ~CLOCK_UNTRUSTED) != 0) {
      throw WireException.badFrame("flags " + (flags & 0xff) + " are unknown; 0 and 1 are defined");
    }
    return flags == 0;
  }

  private static byte flags(boolean clockTrusted) {
    return (byte) (clockTrusted ? 0 : CLOCK_UNTRUSTED);
  }

  static ByteBuffer start(int type, int bodySize) {
    return ByteBuffer.allocate(2 + bodySize).put((byte) VERSION).put((byte) type);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte shortLength(byte[] text, String field) {
    if (text.length > 255) {
      throw new IllegalArgumentException(field + " has " + text.length + " bytes; 255 are allowed");
    }
    return (byte) text.length;
  }

  static String shortText(ByteBuffer in, String field) {
    int length = in.get() & 0xff;
    if (length == 0) {
      return "";
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer text = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw WireException.badFrame(field + " is not valid UTF-8");
    }
  }
}

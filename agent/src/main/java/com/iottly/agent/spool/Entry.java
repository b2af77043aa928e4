package com.iottly.agent.spool;

import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message on disk.
 *
 * <pre>u64 position · u8 kind · u8 flags · i64 device time · u8 channel length · channel · payload
 * </pre>
 *
 * @param position its number since the spool was made; sequences start over with an epoch,
 *     positions never do
 */
record Entry(long position, DeviceMessage message) {

  private static final int FIXED = 19;
  private static final int CLOCK_UNTRUSTED = 1;

  /** What the message costs in a batch frame. */
  int wireSize() {
    return FrameCodec.MESSAGE_OVERHEAD + channel(message).length + message.payload().size();
  }

  static int bodySize(DeviceMessage message) {
    return FIXED + channel(message).length + message.payload().size();
  }

  byte[] body() {
    byte[] channel = channel(message);
    return ByteBuffer.allocate(bodySize(message))
        .putLong(position)
        .put(code(message.kind()))
        .put((byte) (message.clockTrusted() ? 0 : CLOCK_UNTRUSTED))
        .putLong(message.deviceTime())
        .put((byte) channel.length)
        .put(channel)
        .put(message.payload().bytes())
        .array();
  }

  static Entry read(ByteBuffer body) {
    ByteBuffer in = body.duplicate();
    long position = in.getLong();
    Kind kind = kind(in.get());
    boolean trusted = (in.get() & CLOCK_UNTRUSTED) == 0;
    long time = in.getLong();
    byte[] channel = new byte[in.get() & 0xff];
    in.get(channel);
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    return new Entry(
        position,
        new DeviceMessage(
            kind,
            time,
            trusted,
            channel.length == 0 ? null : new String(channel, StandardCharsets.UTF_8),
            Payload.trusted(payload)));
  }

  static long position(ByteBuffer body) {
    return body.getLong(body.position());
  }

  static byte[] channel(DeviceMessage message) {
    String channel = message.channel();
    return channel == null ? new byte[0] : channel.getBytes(StandardCharsets.UTF_8);
  }

  private static byte code(Kind kind) {
    return switch (kind) {
      case IOTTLYAGENT -> 1;
      case USERDEFINED -> 2;
      case COMMAND_REPLY -> 3;
    };
  }

  private static Kind kind(byte code) {
    return switch (code) {
      case 1 -> Kind.IOTTLYAGENT;
      case 2 -> Kind.USERDEFINED;
      case 3 -> Kind.COMMAND_REPLY;
      default -> throw new IllegalStateException("message kind " + code + " on disk is unknown");
    };
  }
}

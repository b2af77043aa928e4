package com.iottly.wire;

import static com.iottly.wire.FrameCodec.shortLength;
import static com.iottly.wire.FrameCodec.start;
import static com.iottly.wire.FrameCodec.utf8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The frames of channels to bytes and back, for {@link FrameCodec}. */
final class ChannelFrames {

  private static final int OPENED = 5;
  private static final int OPEN = 21;
  private static final int DATA = 33;
  private static final int CREDIT = 34;
  private static final int CONTROL = 35;
  private static final int END = 36;

  private static final int MAX_NAME = 64;

  private ChannelFrames() {}

  static byte[] encode(Frame.OfChannel frame) {
    return switch (frame) {
      case Frame.Open open -> {
        byte[] service = utf8(open.service());
        yield start(OPEN, 4 + 4 + 1 + service.length + 4 + open.arguments().size())
            .putInt(open.channel())
            .putInt(open.credit())
            .put(shortLength(service, "service"))
            .put(service)
            .putInt(open.arguments().size())
            .put(open.arguments().bytes())
            .array();
      }
      case Frame.Opened opened ->
          start(OPENED, 4 + 4 + 4 + opened.info().size())
              .putInt(opened.channel())
              .putInt(opened.credit())
              .putInt(opened.info().size())
              .put(opened.info().bytes())
              .array();
      case Frame.Data data ->
          start(DATA, 4 + 4 + data.size())
              .putInt(data.channel())
              .putInt(data.size())
              .put(data.bytes())
              .array();
      case Frame.Credit credit ->
          start(CREDIT, 4 + 4).putInt(credit.channel()).putInt(credit.bytes()).array();
      case Frame.Control control ->
          start(CONTROL, 4 + 4 + control.control().size())
              .putInt(control.channel())
              .putInt(control.control().size())
              .put(control.control().bytes())
              .array();
      case Frame.End end -> {
        byte[] code = utf8(end.code());
        yield start(END, 4 + 1 + code.length + 4 + end.result().size())
            .putInt(end.channel())
            .put(shortLength(code, "end code"))
            .put(code)
            .putInt(end.result().size())
            .put(end.result().bytes())
            .array();
      }
    };
  }

  static boolean isOne(int type) {
    return switch (type) {
      case OPENED, OPEN, DATA, CREDIT, CONTROL, END -> true;
      default -> false;
    };
  }

  static Frame.OfChannel decode(int type, ByteBuffer in, int maxPayloadBytes) {
    int channel = number(in, "channel", 1);
    return switch (type) {
      case OPEN ->
          new Frame.Open(
              channel,
              number(in, "credit", 0),
              name(in, "service"),
              FrameCodec.payload(in, maxPayloadBytes));
      case OPENED ->
          new Frame.Opened(
              channel, number(in, "credit", 0), FrameCodec.payload(in, maxPayloadBytes));
      case DATA -> new Frame.Data(channel, data(in));
      case CREDIT -> new Frame.Credit(channel, number(in, "credit", 1));
      case CONTROL ->
          new Frame.Control(
              channel, FrameCodec.payload(in, Math.min(FrameCodec.MAX_CONTROL, maxPayloadBytes)));
      case END ->
          new Frame.End(channel, name(in, "end code"), FrameCodec.payload(in, maxPayloadBytes));
      default -> throw new IllegalArgumentException("frame type " + type + " is of no channel");
    };
  }

  private static ByteBuffer data(ByteBuffer in) {
    int length = in.getInt();
    if (length < 1 || length > FrameCodec.MAX_DATA) {
      throw new WireException(
          length == 0 ? CloseCode.BAD_FRAME : CloseCode.TOO_LARGE,
          "data of "
              + Integer.toUnsignedString(length)
              + " bytes; 1 to "
              + FrameCodec.MAX_DATA
              + " are allowed");
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer bytes = in.slice(in.position(), length);
    in.position(in.position() + length);
    return bytes;
  }

  private static int number(ByteBuffer in, String field, int least) {
    int number = in.getInt();
    if (number < least) {
      throw WireException.badFrame(
          "%s is %s; %d to %d are allowed"
              .formatted(field, Integer.toUnsignedString(number), least, Integer.MAX_VALUE));
    }
    return number;
  }

  private static String name(ByteBuffer in, String field) {
    String name = FrameCodec.shortText(in, field);
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_NAME) {
      throw WireException.badFrame(
          "the %s has %d bytes; 1 to %d are allowed".formatted(field, bytes, MAX_NAME));
    }
    return name;
  }
}

package com.iottly.bench;

import java.nio.ByteBuffer;

/**
 * The part of RFC 6455 a client needs to send binary messages.
 *
 * <p>Clients must mask with an unpredictable key (§5.3), to keep a hostile web page from putting
 * chosen bytes before a proxy. Here both ends are ours, on one machine, without a proxy; the key is
 * always zero, which is a valid key on the wire and leaves the bytes as they are. The server does
 * the same unmasking work as for any other key.
 */
final class WebSocketFraming {

  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;

  private WebSocketFraming() {}

  /** How many bytes stand before a payload of that size. */
  static int headerBytes(int payload) {
    return 2 + (payload < 126 ? 0 : payload <= 0xffff ? 2 : 8) + 4;
  }

  /** One unfragmented, masked frame. */
  static byte[] frame(int opcode, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(headerBytes(payload.length) + payload.length);
    out.put((byte) (FIN | opcode));
    if (payload.length < 126) {
      out.put((byte) (MASKED | payload.length));
    } else if (payload.length <= 0xffff) {
      out.put((byte) (MASKED | 126)).putShort((short) payload.length);
    } else {
      out.put((byte) (MASKED | 127)).putLong(payload.length);
    }
    return out.putInt(0).put(payload).array();
  }

  /**
   * The size of the payload of the server's frame at the buffer's position, -1 when the frame is
   * not there completely. Moves the position to the payload when it is.
   */
  static int payload(ByteBuffer in) {
    int start = in.position();
    if (in.remaining() < 2) {
      return -1;
    }
    if ((in.get(start) & FIN) == 0) {
      throw new BenchException("the server sent a fragmented frame, which this client can't read");
    }
    int length = in.get(start + 1) & 0xff;
    int header = 2;
    if (length == 126) {
      if (in.remaining() < 4) {
        return -1;
      }
      length = in.getShort(start + 2) & 0xffff;
      header = 4;
    } else if (length == 127) {
      if (in.remaining() < 10) {
        return -1;
      }
      length = Math.toIntExact(in.getLong(start + 2));
      header = 10;
    } else if (length > 127) {
      throw new BenchException("the server sent a masked frame, against RFC 6455 §5.1");
    }
    if (in.remaining() - header < length) {
      return -1;
    }
    in.position(start + header);
    return length;
  }
}

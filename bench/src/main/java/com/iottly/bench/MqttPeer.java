package com.iottly.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Random;

/**
 * A publisher of MQTT 3.1.1 at QoS 1, just enough of it: CONNECT, CONNACK, PUBLISH, PUBACK. The
 * packet identifier is the message's slot in the window plus one.
 */
final class MqttPeer extends Peer {

  private static final int CONNACK = 0x20;
  private static final int PUBACK = 0x40;
  private static final int PUBLISH_QOS1 = 0x32;

  private final byte[] publish;
  private final int idOffset;
  private final BitSet occupied = new BitSet();

  MqttPeer(int index, Load load, int size, Random random) {
    this(index, load, publish(index, size, random));
  }

  private MqttPeer(int index, Load load, byte[] publish) {
    super(index, load, 1, publish.length);
    if (load.window() > 0xffff) {
      throw new BenchException("MQTT has 65,535 packet identifiers; use fewer in flight");
    }
    this.publish = publish;
    int lengthBytes = publish[1] < 0 ? 2 : 1;
    this.idOffset = 1 + lengthBytes + 2 + topic(index).length;
  }

  private static byte[] publish(int index, int size, Random random) {
    byte[] topic = topic(index);
    byte[] payload = BatchTemplate.payload(size, random).getBytes(StandardCharsets.UTF_8);
    int remaining = 2 + topic.length + 2 + payload.length;
    if (remaining >= 1 << 14) {
      throw new BenchException("the MQTT publisher sends payloads up to 16,000 bytes");
    }
    ByteBuffer out = ByteBuffer.allocate(3 + remaining).put((byte) PUBLISH_QOS1);
    if (remaining < 128) {
      out.put((byte) remaining);
    } else {
      out.put((byte) (remaining % 128 | 0x80)).put((byte) (remaining / 128));
    }
    out.putShort((short) topic.length).put(topic).putShort((short) 0).put(payload);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static byte[] topic(int index) {
    return ("bench/" + index).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  byte[] greeting() {
    byte[] client = ("bench-" + index()).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(14 + client.length)
        .put((byte) 0x10)
        .put((byte) (12 + client.length))
        .putShort((short) 4)
        .put("MQTT".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 4) // protocol level of 3.1.1
        .put((byte) 2) // clean session
        .putShort((short) 0) // no keep-alive
        .putShort((short) client.length)
        .put(client)
        .array();
  }

  @Override
  void received(LoadEngine engine, ByteBuffer bytes, long now) {
    // Both packets a broker sends to a publisher have four bytes.
    while (bytes.remaining() >= 4) {
      int type = bytes.get() & 0xf0;
      bytes.get();
      int field = bytes.getShort() & 0xffff;
      switch (type) {
        case CONNACK -> {
          if ((field & 0xff) != 0) {
            throw new BenchException("the broker refused the connection with code " + field);
          }
          becomeLive(engine, 0);
        }
        case PUBACK -> {
          int slot = field - 1;
          if (slot < 0 || !occupied.get(slot)) {
            throw new BenchException("the broker acknowledged packet " + field + ", never sent");
          }
          occupied.clear(slot);
          settle(engine, slot, now);
        }
        default -> throw new BenchException("the broker sent a packet of type " + (type >> 4));
      }
    }
  }

  @Override
  void encode(ByteBuffer buffer, long due) {
    int slot = occupied.nextClearBit(0);
    occupied.set(slot);
    occupy(slot, due);
    int start = buffer.position();
    buffer.put(publish).putShort(start + idOffset, (short) (slot + 1));
  }
}

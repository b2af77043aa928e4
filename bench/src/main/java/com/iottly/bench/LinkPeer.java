package com.iottly.bench;

import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device on the link of {@code docs/protocol.md}: HELLO, then batches within the window; each
 * command is answered {@code delivered} and {@code succeeded} at once, in one batch.
 */
final class LinkPeer extends Peer {

  // The key and answer of RFC 6455 §1.3: nothing here needs a fresh nonce.
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  private static final byte[] HEADER_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern RETRY_AFTER = Pattern.compile("(?im)^retry-after:\\s*(\\d+)");
  private static final int HEARTBEAT_SECONDS = 3600;
  private static final int ACK_TYPE = 18;
  private static final int ACK_BYTES = 10;
  private static final FrameCodec CODEC = new FrameCodec(1 << 20);

  private final Device device;
  private final Epoch epoch;
  private final BatchTemplate template;

  private boolean upgraded;
  private long next = 1;
  private long acked;

  LinkPeer(int index, Load load, Device device, Epoch epoch, BatchTemplate template) {
    super(index, load, template.batch(), template.frameBytes());
    this.device = device;
    this.epoch = epoch;
    this.template = template;
  }

  @Override
  byte[] greeting() {
    upgraded = false;
    return ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + KEY
            + "\r\nSec-WebSocket-Protocol: "
            + FrameCodec.SUBPROTOCOL
            + "\r\nAuthorization: Bearer "
            + device.token()
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  void received(LoadEngine engine, ByteBuffer bytes, long now) throws IOException {
    if (!upgraded && !upgrade(engine, bytes)) {
      return;
    }
    while (frame(engine, bytes, now)) {}
  }

  private boolean upgrade(LoadEngine engine, ByteBuffer bytes) {
    int end = indexOf(bytes, HEADER_END);
    if (end < 0) {
      return false;
    }
    String answer = text(bytes, end - bytes.position());
    bytes.position(end + HEADER_END.length);
    if (answer.startsWith("HTTP/1.1 503")) {
      Matcher wait = RETRY_AFTER.matcher(answer);
      engine.again(this, wait.find() ? Integer.parseInt(wait.group(1)) : 1);
      bytes.position(bytes.limit());
      return false;
    }
    if (!answer.startsWith("HTTP/1.1 101") || !answer.contains(ACCEPT)) {
      throw new BenchException(
          "the server did not open the link: "
              + answer.lines().findFirst().orElse("no answer")
              + " "
              + text(bytes, bytes.remaining()));
    }
    upgraded = true;
    say(
        WebSocketFraming.frame(
            WebSocketFraming.BINARY, hello(epoch, HEARTBEAT_SECONDS, device.name())));
    return true;
  }

  /** The HELLO of a simulated device whose spool holds everything from sequence 1. */
  static byte[] hello(Epoch epoch, int heartbeatSeconds, String hostname) {
    return FrameCodec.encode(
        new Frame.Hello(
            epoch,
            1,
            System.currentTimeMillis(),
            true,
            heartbeatSeconds,
            "bench",
            Payload.of("{\"hostname\":\"" + hostname + "\",\"os\":\"bench\"}")));
  }

  private boolean frame(LoadEngine engine, ByteBuffer bytes, long now) {
    int start = bytes.position();
    int length = WebSocketFraming.payload(bytes);
    if (length < 0) {
      return false;
    }
    int body = bytes.position();
    int opcode = bytes.get(start) & 0x0f;
    if (opcode == WebSocketFraming.BINARY
        && length == ACK_BYTES
        && bytes.get(body + 1) == ACK_TYPE) {
      bytes.position(body + length);
      acknowledge(engine, bytes.getLong(body + 2), now);
      return true;
    }
    byte[] payload = new byte[length];
    bytes.get(payload);
    switch (opcode) {
      case WebSocketFraming.BINARY -> on(engine, CODEC.decode(payload), now);
      case WebSocketFraming.PING -> say(WebSocketFraming.frame(WebSocketFraming.PONG, payload));
      case WebSocketFraming.PONG -> {}
      case WebSocketFraming.CLOSE -> throw new BenchException(closed(payload));
      default -> throw new BenchException("the server sent a frame with opcode " + opcode);
    }
    return true;
  }

  private void on(LoadEngine engine, Frame frame, long now) {
    switch (frame) {
      case Frame.Welcome welcome -> welcome(engine, welcome);
      case Frame.Command command -> answer(command, now);
      case Frame.Ack ack -> acknowledge(engine, ack.through(), now);
      case Frame.Pong _ -> {}
      case Frame.Hello _, Frame.Batch _, Frame.Gap _, Frame.Ping _, Frame.OfChannel _ ->
          throw new BenchException("the server sent a frame that this device has no use for");
    }
  }

  private void welcome(LoadEngine engine, Frame.Welcome welcome) {
    long bytes = (long) window() / template.batch() * template.protocolBytes();
    if (window() > welcome.windowMessages() || bytes > welcome.windowBytes()) {
      throw new BenchException(
          String.format(
              Locale.ROOT,
              "%,d messages of %,d bytes in flight are asked for, but the server's window is %,d"
                  + " messages and %,d bytes",
              window(),
              bytes,
              welcome.windowMessages(),
              welcome.windowBytes()));
    }
    acked = welcome.received();
    next = acked + 1;
    becomeLive(engine, acked);
  }

  private void acknowledge(LoadEngine engine, long through, long now) {
    if (through >= next) {
      throw new BenchException(
          "the server acknowledged " + through + ", but " + (next - 1) + " was the last one sent");
    }
    while (acked < through) {
      settle(engine, slot(++acked), now);
    }
  }

  @Override
  void encode(ByteBuffer buffer, long due) {
    template.write(buffer, next, System.currentTimeMillis());
    for (int i = 0; i < template.batch(); i++) {
      occupy(slot(next++), due);
    }
  }

  private void answer(Frame.Command command, long now) {
    List<Frame.DeviceMessage> replies =
        List.of(reply(command.id(), "delivered"), reply(command.id(), "succeeded"));
    say(
        WebSocketFraming.frame(
            WebSocketFraming.BINARY, FrameCodec.encode(new Frame.Batch(next, replies))));
    for (int i = 0; i < replies.size(); i++) {
      occupy(slot(next++), now);
    }
  }

  private static Frame.DeviceMessage reply(String id, String state) {
    return new Frame.DeviceMessage(
        Frame.Kind.COMMAND_REPLY,
        System.currentTimeMillis(),
        true,
        null,
        Payload.of("{\"id\":\"" + id + "\",\"state\":\"" + state + "\"}"));
  }

  private int slot(long sequence) {
    return (int) ((sequence - 1) % window());
  }

  private static String closed(byte[] payload) {
    if (payload.length < 2) {
      return "the server closed the link without a code";
    }
    int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
    String reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
    return "the server closed the link with " + code + ": " + reason;
  }

  private static int indexOf(ByteBuffer bytes, byte[] wanted) {
    byte[] all = bytes.array();
    outer:
    for (int i = bytes.position(); i <= bytes.limit() - wanted.length; i++) {
      for (int k = 0; k < wanted.length; k++) {
        if (all[i + k] != wanted[k]) {
          continue outer;
        }
      }
      return i;
    }
    return -1;
  }

  private static String text(ByteBuffer bytes, int length) {
    return new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
  }
}

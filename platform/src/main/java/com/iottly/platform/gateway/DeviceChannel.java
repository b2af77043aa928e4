package com.iottly.platform.gateway;

import com.iottly.platform.websocket.FairWriter;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;

/**
 * A channel to a service of a device. What is public is for any thread and never waits; what is not
 * belongs to the event loop of the device's connection.
 */
public final class DeviceChannel {

  private final DeviceChannels channels;
  private final Context context;
  private final ChannelListener listener;
  private int number;
  private long mayArrive;
  private boolean opened;
  private boolean over;
  private final FairWriter.Line line;

  DeviceChannel(
      DeviceChannels channels, Context context, FairWriter.Line line, ChannelListener listener) {
    this.channels = channels;
    this.context = context;
    this.line = line;
    this.listener = listener;
  }

  /**
   * Sends bytes, which the device has given credit for.
   *
   * @param bytes 1 to {@value FrameCodec#MAX_DATA} bytes
   * @param written runs on the event loop when the network has them; not when the channel ends
   *     before
   */
  public void data(ByteBuffer bytes, Runnable written) {
    context.runOnContext(_ -> write(new Frame.Data(number, bytes), written));
  }

  /** Sends a word. */
  public void control(Payload control, Runnable written) {
    context.runOnContext(_ -> write(new Frame.Control(number, control), written));
  }

  /** Gives the device credit. */
  public void credit(int bytes) {
    context.runOnContext(_ -> {
      if (!over) {
        mayArrive += bytes;
        channels.writeAhead(new Frame.Credit(number, bytes));
      }
    });
  }

  /** Ends it, without what waits to be sent; the listener hears no more. */
  public void end(String code) {
    context.runOnContext(_ -> {
      if (!over) {
        finish();
        line.drop();
        channels.writeAhead(new Frame.End(number, code, Payload.of("{}")));
      }
    });
  }

  private void write(Frame.OfChannel frame, Runnable written) {
    if (!over) {
      line.write(webSocketFrame(frame), written);
    }
  }

  static WebSocketFrame webSocketFrame(Frame.OfChannel frame) {
    return WebSocketFrame.binaryFrame(Buffer.buffer(FrameCodec.encode(frame)), true);
  }

  void open(int newNumber, Frame.Open open) {
    number = newNumber;
    mayArrive = open.credit();
    line.write(webSocketFrame(open), () -> {});
  }

  int number() {
    return number;
  }

  void linkLost() {
    if (!over) {
      finish();
      listener.linkLost();
    }
  }

  private void finish() {
    over = true;
    channels.forget(this);
  }

  /**
   * The device said something.
   *
   * @throws WireException when it may not
   */
  void received(Frame.OfChannel frame) {
    if (!opened && !(frame instanceof Frame.Opened || frame instanceof Frame.End)) {
      throw broken("says something before OPENED");
    }
    switch (frame) {
      case Frame.Opened(_, int credit, Payload info) -> {
        if (opened) {
          throw broken("is opened twice");
        }
        opened = true;
        listener.opened(credit, info);
      }
      case Frame.Data data -> {
        mayArrive -= data.size();
        if (mayArrive < 0) {
          throw broken("carries more than its credit");
        }
        listener.data(data.bytes());
      }
      case Frame.Credit(_, int bytes) -> listener.credit(bytes);
      case Frame.Control(_, Payload control) -> listener.control(control);
      case Frame.End(_, String code, Payload result) -> {
        finish();
        line.drop();
        listener.ended(code, result);
      }
      case Frame.Open _ -> throw broken("is the platform's to open");
    }
  }

  private WireException broken(String what) {
    return new WireException(CloseCode.BAD_CHANNEL, "channel %d %s".formatted(number, what));
  }
}

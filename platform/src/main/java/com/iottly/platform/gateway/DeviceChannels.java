package com.iottly.platform.gateway;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.iottly.platform.websocket.FairWriter;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import io.vertx.core.Context;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/**
 * A session's channels: their numbers, and who hears what comes on them. Event loop of the session,
 * except where a method says otherwise.
 */
final class DeviceChannels {

  private static final JsonFactory JSON = new JsonFactory();

  private final Session session;
  private final Context context;
  private final FairWriter writer;
  private final FairWriter.Line ahead;
  private final Map<Integer, DeviceChannel> open = new HashMap<>();
  private int highest;

  DeviceChannels(Session session, ServerWebSocket socket, Context context) {
    this.session = session;
    this.context = context;
    this.writer = new FairWriter(socket);
    this.ahead = writer.line(false);
  }

  /** Whether what a device says of itself in HELLO names services, however few. */
  static boolean areSpoken(Payload info) {
    try (JsonParser parser = JSON.createParser(info.bytes())) {
      var _ = parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean services = parser.currentName().equals("services");
        JsonToken value = parser.nextToken();
        if (services) {
          return value == JsonToken.START_ARRAY;
        }
        parser.skipChildren();
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** Opens a channel. Any thread; its listener hears what becomes of it. */
  DeviceChannel openFromAnyThread(
      String service, boolean bulk, int credit, Payload arguments, ChannelListener listener) {
    DeviceChannel channel = new DeviceChannel(this, context, writer.line(bulk), listener);
    context.runOnContext(_ -> {
      if (session.isLive()) {
        highest++;
        open.put(highest, channel);
        channel.open(highest, new Frame.Open(highest, credit, service, arguments));
      } else {
        channel.linkLost();
      }
    });
    return channel;
  }

  /**
   * The device said something.
   *
   * @throws WireException when it may not
   */
  void received(Frame.OfChannel frame) {
    if (frame.channel() > highest) {
      throw new WireException(
          CloseCode.BAD_CHANNEL, "channel %d was never opened".formatted(frame.channel()));
    }
    DeviceChannel channel = open.get(frame.channel());
    if (channel != null) {
      channel.received(frame);
    }
  }

  void writeAhead(Frame.OfChannel frame) {
    ahead.write(DeviceChannel.webSocketFrame(frame), () -> {});
  }

  void forget(DeviceChannel channel) {
    open.remove(channel.number(), channel);
  }

  void linkLost() {
    new ArrayList<>(open.values()).forEach(DeviceChannel::linkLost);
  }
}

package com.iottly.platform.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * Passes over the WebSocket pings of a client that does not read. Vert.x answers every ping on its
 * own and would keep the answers in memory; RFC 6455 §5.5.3 lets all but the latest go unanswered.
 * Event loop of the connection.
 */
public final class UnreadPings extends ChannelInboundHandlerAdapter {

  private final ServerWebSocket socket;

  private UnreadPings(ServerWebSocket socket) {
    this.socket = socket;
  }

  /** From now on for that connection. */
  public static void passOver(ServerWebSocket socket) {
    if (socket instanceof WebSocketInternal connection) {
      ChannelHandlerContext vertx = connection.channelHandlerContext();
      vertx.pipeline().addBefore(vertx.name(), "unread-pings", new UnreadPings(socket));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof PingWebSocketFrame ping
        && !socket.isClosed()
        && socket.writeQueueFull()) {
      ping.release();
    } else {
      context.fireChannelRead(message);
    }
  }
}

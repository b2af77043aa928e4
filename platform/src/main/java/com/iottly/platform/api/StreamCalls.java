package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.Scope;
import com.iottly.platform.access.UserSession;
import com.iottly.platform.live.StreamClient;
import com.iottly.platform.live.StreamLimits;
import com.iottly.platform.live.Streams;
import com.iottly.platform.remote.Visitor;
import com.iottly.platform.websocket.Handshake;
import io.vertx.core.MultiMap;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The way into the WebSocket API ({@code docs/streaming.md}). */
final class StreamCalls {

  private static final int RETRY_SECONDS = 10;

  private final Streams streams;
  private final StreamLimits limits;
  private final StreamTickets tickets;
  private final Gate gate;

  StreamCalls(Streams streams, StreamLimits limits, StreamTickets tickets, Gate gate) {
    this.streams = streams;
    this.limits = limits;
    this.tickets = tickets;
    this.gate = gate;
  }

  List<Route> routes() {
    return List.of(
        Route.post("project/{project}/stream/ticket")
            .is("createStreamTicket", "Streams", "A ticket with which a browser opens a stream")
            .needs(Scope.READ)
            .answers(
                Schema.object()
                    .with("ticket", Schema.text())
                    .with("protocols", Schema.listOf(Schema.text()))
                    .with("expires_in", Schema.count())
                    .closed())
            .refuses(429, "too_many_tickets")
            .to(this::ticket));
  }

  /** The WebSocket itself, which OpenAPI has no words for. */
  Route stream() {
    return Route.get("project/{project}/stream")
        .is("openStream", "Streams", "The WebSocket API")
        .needs(Scope.READ)
        .upgrades()
        .to(this::open);
  }

  /** The sockets of a deleted key are closed. */
  void keyDeleted(ApiKey key) {
    streams.credentialEnded(credential(key));
  }

  /** The sockets of a session that ended are closed. */
  void sessionEnded(UUID session) {
    streams.credentialEnded("session " + session);
  }

  private static String credential(ApiKey key) {
    return "key " + key.id();
  }

  private Answer ticket(ApiCall call) {
    String ticket = tickets.issue(call.caller(), call.project(), Scope.READ);
    var answer = Json.object().put("ticket", ticket);
    answer.putArray("protocols").add(Streams.SUBPROTOCOL).add(StreamTickets.PREFIX + ticket);
    return Answer.ok(answer.put("expires_in", limits.ticketValidity().toSeconds()));
  }

  private Answer open(ApiCall call) {
    requireOurProtocol(call.headers());
    return switch (streams.enter(client(call))) {
      case Streams.Entered.Seated(Streams.Seat seat) -> Answer.upgrade(new Taking(seat, call));
      case Streams.Entered.Full(String sentence) ->
          throw ApiError.tooManyRequests("too_many_streams", sentence, RETRY_SECONDS);
    };
  }

  private static StreamClient client(ApiCall call) {
    Visitor visitor = new Visitor(call.project(), call.caller().actor(call.address()));
    return switch (call.caller()) {
      case Caller.Key(ApiKey key) -> new StreamClient(visitor, credential(key), key.expires());
      case Caller.Person(UserSession session) ->
          new StreamClient(visitor, "session " + session.id(), null);
      case Caller.Nobody() -> throw new IllegalStateException("nobody may open a stream");
    };
  }

  /** Who offers sub-protocols must offer ours, or could not know what the answer speaks. */
  private static void requireOurProtocol(MultiMap headers) {
    Set<String> offered = new TreeSet<>(Handshake.protocols(headers));
    if (!offered.isEmpty() && !offered.contains(Streams.SUBPROTOCOL)) {
      throw ApiError.badRequest(
          "unknown_subprotocol", "Offer the sub-protocol '" + Streams.SUBPROTOCOL + "', or none.");
    }
  }

  private final class Taking implements Answer.Upgrade {

    private final Streams.Seat seat;
    private final ApiCall call;

    Taking(Streams.Seat seat, ApiCall call) {
      this.seat = seat;
      this.call = call;
    }

    @Override
    public void opened(ServerWebSocket socket) {
      seat.sit(socket, () -> mayStill(Scope.READ), () -> mayStill(Scope.REMOTE));
    }

    private boolean mayStill(Scope scope) {
      return gate.mayStill(call.caller(), scope, call.project().value());
    }

    @Override
    public void lost() {
      seat.leave();
    }
  }
}

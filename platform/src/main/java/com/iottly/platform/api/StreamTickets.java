package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Sha256;
import com.iottly.platform.live.StreamLimits;
import com.iottly.platform.websocket.Handshake;
import io.vertx.core.MultiMap;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tickets for browsers, which can't set headers on a WebSocket: 256 random bits, good once and for
 * a moment, for one caller, project and scope (contract §6). Kept in memory as hashes. Any thread.
 */
final class StreamTickets {

  /** What a ticket travels as, among the sub-protocols the client offers. */
  static final String PREFIX = "iottly-ticket.";

  private static final int BYTES = 32;

  /** What a ticket is good for. */
  record Ticket(Caller caller, ProjectId project, Scope scope, Instant expires) {}

  private final StreamLimits limits;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<String, Ticket> byHash = new ConcurrentHashMap<>();

  StreamTickets(StreamLimits limits, InstantSource clock, SecureRandom random) {
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /** The secret of a new ticket. */
  String issue(Caller caller, ProjectId project, Scope scope) {
    Instant now = clock.instant();
    byHash.values().removeIf(ticket -> !now.isBefore(ticket.expires()));
    if (byHash.size() >= limits.tickets()) {
      throw ApiError.tooManyRequests(
          "too_many_tickets",
          "As many tickets as the server takes, " + limits.tickets() + ", are open. Try again.",
          (int) limits.ticketValidity().toSeconds());
    }
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byHash.put(
        Sha256.hex(secret), new Ticket(caller, project, scope, now.plus(limits.ticketValidity())));
    return secret;
  }

  /** The ticket that the handshake brings, if it brings one. */
  static Optional<String> in(MultiMap headers) {
    return Handshake.protocols(headers).stream()
        .filter(protocol -> protocol.startsWith(PREFIX))
        .map(protocol -> protocol.substring(PREFIX.length()))
        .findFirst();
  }

  /**
   * Whose ticket it was; from now on it is used.
   *
   * @throws ApiError when it is not good for that
   */
  Caller redeem(String secret, @Nullable String project, Scope scope) {
    Ticket ticket = byHash.remove(Sha256.hex(secret));
    if (ticket == null
        || !clock.instant().isBefore(ticket.expires())
        || !ticket.project().value().equals(project)
        || ticket.scope() != scope) {
      throw unknown();
    }
    return ticket.caller();
  }

  static ApiError unknown() {
    return ApiError.unauthorized(
        "ticket_unknown",
        "This ticket is unknown, used, too old or of another project. Ask for a new one with 'POST"
            + " …/stream/ticket'.");
  }
}

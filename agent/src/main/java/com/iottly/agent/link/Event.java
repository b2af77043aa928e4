package com.iottly.agent.link;

import java.time.Duration;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** What the link's thread is told. */
sealed interface Event {

  /** The handshake was answered with 101. */
  record Opened(Connection connection) implements Event {}

  /** A binary message came. */
  record Received(Connection connection, ByteString bytes) implements Event {}

  /** A text message came, which the protocol does not have. */
  record ReceivedText(Connection connection) implements Event {}

  /** The platform closes. */
  record Closed(Connection connection, int code, String reason) implements Event {}

  /**
   * The connection was lost or never made.
   *
   * @param status the handshake's HTTP status, or 0
   * @param retryAfter what a 503 asked for, or null
   */
  record Failed(Connection connection, String reason, int status, @Nullable Duration retryAfter)
      implements Event {}

  /** There is something new in the spool, or the link is to stop. */
  record Nudged() implements Event {}
}

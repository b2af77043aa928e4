package com.iottly.wire;

import java.util.Arrays;
import java.util.Optional;

/** Why a device link was closed: the WebSocket close code (RFC 6455 §7.4) and what it asks for. */
public enum CloseCode {
  /** The peer is stopping. Reconnect with the usual backoff. */
  GOING_AWAY(1001),
  /** A frame broke the protocol; the reason names the field. Reconnect with the longest backoff. */
  BAD_FRAME(4400),
  /** The device token is revoked, superseded or unknown. Provision again. */
  TOKEN_REJECTED(4401),
  /** A sequence was skipped without a gap frame. Reconnect, and resume from the welcome. */
  BAD_SEQUENCE(4402),
  /** Nothing was heard for two heartbeats. Reconnect with the usual backoff. */
  SILENT(4408),
  /** The same device opened a newer connection. Do not reconnect at once. */
  SUPERSEDED(4409),
  /** A frame or payload was larger than the welcome allows. */
  TOO_LARGE(4413),
  /** More was sent than the window allows. */
  WINDOW_EXCEEDED(4429),
  /** A channel's rule was broken: credit, numbers. The messages are not to blame. */
  BAD_CHANNEL(4430),
  /** The platform can't store messages now. Keep the spool, reconnect with the usual backoff. */
  STORE_UNAVAILABLE(4503);

  private final int code;

  CloseCode(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The close code with that number, when it is one of ours. */
  public static Optional<CloseCode> of(int code) {
    return Arrays.stream(values()).filter(known -> known.code == code).findFirst();
  }
}

package com.iottly.platform.live;

/** Why a connection is closed (RFC 6455 §7.4; {@code docs/streaming.md}). */
public enum StreamClose {
  /** The platform stops. */
  GOING_AWAY(1001),
  /** The credential was deleted, ended or expired. */
  CREDENTIAL_ENDED(4401),
  /** Nothing was heard for two heartbeats. */
  SILENT(4408),
  /** A frame is too large. */
  TOO_LARGE(4413);

  private final int code;

  StreamClose(int code) {
    this.code = code;
  }

  /** The code of the close frame. */
  public int code() {
    return code;
  }
}

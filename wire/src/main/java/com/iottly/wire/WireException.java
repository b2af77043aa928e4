package com.iottly.wire;

/** A peer broke the protocol. The message is fit to be sent to that peer as the close reason. */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final CloseCode closeCode;

  public WireException(CloseCode closeCode, String message) {
    super(message, null, false, false);
    this.closeCode = closeCode;
  }

  static WireException badFrame(String message) {
    return new WireException(CloseCode.BAD_FRAME, message);
  }

  /** The code to close the connection with. */
  public CloseCode closeCode() {
    return closeCode;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}

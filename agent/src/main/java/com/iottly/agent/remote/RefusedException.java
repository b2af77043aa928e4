package com.iottly.agent.remote;

/** What was asked for is not done, for a reason that the client is told. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * @param code stable, for programs
   * @param reason a sentence that says what is wrong and what to do
   */
  public RefusedException(String code, String reason) {
    super(reason);
    this.code = code;
  }

  /** The device's owner has not allowed that service. */
  public static RefusedException disabled(String service) {
    return new RefusedException(
        "disabled",
        "%s is not allowed on this device; its configuration says so: [remote] %s = true allows it"
            .formatted(service, service));
  }

  /** As many are open as may be. */
  public static RefusedException tooMany(String what, int open, String key) {
    return new RefusedException(
        "too_many_sessions",
        "%d %s are open on this device, the most that %s allows; close one"
            .formatted(open, what, key));
  }

  public String code() {
    return code;
  }
}

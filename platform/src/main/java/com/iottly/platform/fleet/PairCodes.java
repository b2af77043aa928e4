package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;

/** One-time codes for adding a device; only their hashes are stored. Any thread; blocks on disk. */
public final class PairCodes {

  /** What became of {@link #redeem}. */
  public sealed interface Redemption {

    /**
     * It was good and is used now.
     *
     * @param project where the machine may register
     * @param name what the device is to be called
     */
    record Redeemed(ProjectId project, String name) implements Redemption {}

    /** It is not one of ours, or of long ago. */
    record Unknown() implements Redemption {}

    /** It was not used in time. */
    record Expired() implements Redemption {}

    /** It was used before. */
    record Used() implements Redemption {}
  }

  /**
   * Makes a code for one device.
   *
   * @param deviceName 1 to 100 characters without control characters
   */
  public Saved<PairCode> issue(ProjectId project, String deviceName) {
    throw new UnsupportedOperationException();
  }

  /** Uses a code up. {@link Devices#pair} does this and the registration in one step. */
  public Redemption redeem(String code) {
    throw new UnsupportedOperationException();
  }
}

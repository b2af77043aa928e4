package com.iottly.platform.fleet;

import com.iottly.platform.core.DeviceId;

/** What became of a machine's wish to become a device. */
public sealed interface Registration {

  /**
   * It is one now; tokens of earlier generations are void.
   *
   * @param device as it is now; {@link Device#generation} goes into its token
   * @param again whether this MAC address was registered in the project before
   * @param conflict whether another machine with that address was connected at this moment
   */
  record Registered(Device device, boolean again, boolean conflict) implements Registration {}

  /**
   * The device is connected and its project wants a person to approve; the request is kept with the
   * device, see {@link Devices#approve}.
   *
   * @param conflict whether it is another machine than the connected one
   */
  record NeedsApproval(DeviceId device, boolean conflict) implements Registration {}

  /** The wished license does not exist in the project. */
  record LicenseUnknown(LicenseToken license) implements Registration {}

  /** Another device has the wished license. */
  record LicenseTaken(LicenseToken license) implements Registration {}

  /**
   * No license is free and the project may not have more.
   *
   * @param cap how many it may have
   */
  record NoLicenseLeft(int cap) implements Registration {}

  /** There is no such project. */
  record ProjectUnknown() implements Registration {}

  /** The pair code is not one of ours. */
  record CodeUnknown() implements Registration {}

  /** The pair code was not used in time. */
  record CodeExpired() implements Registration {}

  /** The pair code was used before. */
  record CodeUsed() implements Registration {}

  /**
   * What the machine says about itself is not acceptable.
   *
   * @param problem a sentence for the caller that names the thing and the fix
   */
  record Refused(String problem) implements Registration {}
}

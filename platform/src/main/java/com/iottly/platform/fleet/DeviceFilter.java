package com.iottly.platform.fleet;

import org.jspecify.annotations.Nullable;

/**
 * Which devices to list; null means any.
 *
 * @param search what the name, the MAC address or the id contains, in any case
 * @param tag a tag it has
 * @param agentVersion exactly its agent's version
 */
public record DeviceFilter(
    @Nullable String search, @Nullable String tag, @Nullable String agentVersion) {

  /** Every device. */
  public static final DeviceFilter ALL = new DeviceFilter(null, null, null);
}

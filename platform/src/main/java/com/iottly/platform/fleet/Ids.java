package com.iottly.platform.fleet;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/** Makes the names of new things. Any thread. */
record Ids(SecureRandom random) {

  /** Four bytes of seconds, eight random ones, as an ObjectId's readers expect. */
  ProjectId project(Instant now) {
    HexFormat hex = HexFormat.of();
    return new ProjectId(
        hex.toHexDigits((int) now.getEpochSecond()) + hex.toHexDigits(random.nextLong()));
  }

  /** A random UUID (RFC 9562, version 4). */
  DeviceId device() {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
    return new DeviceId(new UUID(high, low));
  }

  LicenseToken license() {
    byte[] token = new byte[16];
    random.nextBytes(token);
    return new LicenseToken(HexFormat.of().formatHex(token));
  }
}

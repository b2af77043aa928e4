package com.iottly.agent.update;

import com.iottly.agent.json.Json;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a release says of itself; {@code ./iottly package} writes and signs it.
 *
 * @param arch Debian's name of the architecture, such as {@code amd64}
 * @param minimum the oldest version that may update to it directly
 * @param file the name of its package beside the manifest
 * @param size of the package, in bytes
 * @param sha256 of the package, in lower-case hex
 */
record Manifest(
    Version version, String arch, Version minimum, String file, long size, String sha256) {

  /** The largest package that is downloaded, in bytes. */
  static final long MAX_SIZE = 256L << 20;

  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * Reads a manifest whose signature was found right.
   *
   * @throws UpdateException when it is none
   */
  static Manifest parse(byte[] bytes) {
    try {
      Map<String, @Nullable Object> object = Json.read(bytes);
      String file = text(object, "file");
      String sha256 = text(object, "sha256");
      if (object.get("size") instanceof Number size
          && size.longValue() > 0
          && size.longValue() <= MAX_SIZE
          && FILE.matcher(file).matches()
          && SHA256.matcher(sha256).matches()) {
        return new Manifest(
            version(object, "version"),
            text(object, "arch"),
            version(object, "minimum_version"),
            file,
            size.longValue(),
            sha256);
      }
      throw new UpdateException("the release's manifest has no usable file, size and sha256");
    } catch (IllegalArgumentException e) {
      throw new UpdateException("the release's manifest is no JSON object", e);
    }
  }

  private static Version version(Map<String, @Nullable Object> object, String name) {
    return Version.parse(text(object, name))
        .orElseThrow(() -> new UpdateException("the release's manifest has no usable " + name));
  }

  private static String text(Map<String, @Nullable Object> object, String name) {
    return object.get(name) instanceof String text ? text : "";
  }

  /**
   * Whether a machine may go from one version to this one.
   *
   * @throws UpdateException when it may not
   */
  void requireFor(String machine, Version installed, boolean allowDowngrade) {
    if (!arch.equals(machine)) {
      throw new UpdateException("the release is for " + arch + ", and this machine is " + machine);
    }
    if (version.compareTo(installed) < 0 && !allowDowngrade) {
      throw new UpdateException(
          "the release %s is older than the installed %s; to go back on purpose: --allow-downgrade"
              .formatted(version, installed));
    }
    if (installed.compareTo(minimum) < 0) {
      throw new UpdateException(
          "%s can't be reached from %s directly; update to %s first"
              .formatted(version, installed, minimum));
    }
  }
}

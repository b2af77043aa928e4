package com.iottly.platform.fleet;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network interface's hardware address (EUI-48), by which a machine is known within a project.
 *
 * @param value six pairs of lower-case hex digits with colons, {@code 0a:1b:2c:3d:4e:5f}
 */
public record MacAddress(String value) {

  private static final Pattern CANONICAL = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
  private static final Pattern SPELLINGS =
      Pattern.compile(
          "[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{2}(-[0-9a-f]{2}){5}|[0-9a-f]{12}"
              + "|[0-9a-f]{4}\\.[0-9a-f]{4}\\.[0-9a-f]{4}");

  public MacAddress {
    if (!CANONICAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a MAC address has six pairs of lower-case hex digits with colons");
    }
  }

  /**
   * The address in this text: with colons, dashes, Cisco's dots or nothing between the digits, in
   * any case. Empty for anything else, and for addresses no single machine has: all zeros and group
   * addresses (IEEE 802: lowest bit of the first octet), broadcast among them.
   */
  public static Optional<MacAddress> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!SPELLINGS.matcher(lower).matches()) {
      return Optional.empty();
    }
    String digits = lower.replaceAll("[^0-9a-f]", "");
    boolean group = (Character.digit(digits.charAt(1), 16) & 1) == 1;
    if (group || digits.equals("000000000000")) {
      return Optional.empty();
    }
    return Optional.of(new MacAddress(digits.replaceAll("(..)(?!$)", "$1:")));
  }

  @Override
  public String toString() {
    return value;
  }
}

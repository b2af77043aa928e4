package com.iottly.platform.webhook;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses, as in {@code 10.0.0.0/8} or {@code fd00::/8} (RFC 4632, RFC 4291 §2.3).
 *
 * @param bits how many leading bits its addresses share
 */
public record Network(InetAddress base, int bits) {

  /** The block in this text; a single address is a block of one. */
  static Optional<Network> parse(String text) {
    String[] parts = text.split("/", -1);
    try {
      InetAddress base = InetAddress.ofLiteral(parts[0]);
      int all = base.getAddress().length * 8;
      int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
      return parts.length <= 2 && bits >= 0 && bits <= all
          ? Optional.of(new Network(base, bits))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean contains(InetAddress address) {
    byte[] mine = base.getAddress();
    byte[] theirs = address.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((mine[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}

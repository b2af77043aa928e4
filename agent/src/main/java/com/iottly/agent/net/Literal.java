package com.iottly.agent.net;

import java.net.InetAddress;
import java.util.Optional;

/** IP addresses in text. Names are never resolved here. */
final class Literal {

  private Literal() {}

  /** The address when the text is one: IPv4 with four numbers, or IPv6, in brackets or not. */
  static Optional<InetAddress> of(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (!bare.matches("[0-9]+(\\.[0-9]+){3}") && !bare.contains(":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

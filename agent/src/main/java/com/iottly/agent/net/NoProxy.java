package com.iottly.agent.net;

import com.iottly.agent.config.ConfigException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which hosts are reached without a proxy, as {@code NO_PROXY} lists them: hosts with everything
 * below them, addresses, networks (CIDR), each but networks with a port if wanted, or {@code *}.
 *
 * <p>Addresses and networks match what is written as an address; no name is resolved for them. This
 * machine itself ({@code localhost}, loopback addresses) never needs a proxy.
 */
final class NoProxy {

  private static final Rule THIS_MACHINE =
      new Rule() {
        @Override
        public boolean covers(Target target) {
          return target.name().equals("localhost")
              || target.name().endsWith(".localhost")
              || target.address().filter(InetAddress::isLoopbackAddress).isPresent();
        }

        @Override
        public String toString() {
          return "this machine itself";
        }
      };

  private final List<Rule> rules;

  /** Where a connection is to go. */
  record Target(String name, Optional<InetAddress> address, int port) {
    static Target of(String host, int port) {
      String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
      return new Target(name, Literal.of(name), port);
    }
  }

  /** One entry. Its text is for a person. */
  interface Rule {
    boolean covers(Target target);
  }

  private record Everything() implements Rule {
    @Override
    public boolean covers(Target target) {
      return true;
    }

    @Override
    public String toString() {
      return "*";
    }
  }

  /** A host and everything below it; a port below 0 stands for all. */
  private record Host(String name, int port, String text) implements Rule {
    @Override
    public boolean covers(Target target) {
      return (port < 0 || port == target.port())
          && (target.name().equals(name) || target.name().endsWith("." + name));
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private record Address(InetAddress address, int port, String text) implements Rule {
    @Override
    public boolean covers(Target target) {
      return (port < 0 || port == target.port())
          && target.address().filter(address::equals).isPresent();
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private record Network(InetAddress start, int bits, String text) implements Rule {
    @Override
    public boolean covers(Target target) {
      return target.address().filter(this::contains).isPresent();
    }

    private boolean contains(InetAddress address) {
      byte[] network = start.getAddress();
      byte[] other = address.getAddress();
      if (network.length != other.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if (((network[bit / 8] ^ other[bit / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private NoProxy(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Reads the variable's value, entries with commas or spaces between them.
   *
   * @throws ConfigException when an entry with a slash is no network
   */
  static NoProxy parse(String value) {
    return new NoProxy(
        Arrays.stream(value.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
            .filter(entry -> !entry.isEmpty())
            .map(NoProxy::rule)
            .toList());
  }

  private static Rule rule(String entry) {
    if (entry.equals("*")) {
      return new Everything();
    }
    if (entry.contains("/")) {
      return network(entry);
    }
    Optional<InetAddress> address = Literal.of(entry);
    if (address.isPresent()) {
      return new Address(address.get(), -1, entry);
    }
    int colon = entry.lastIndexOf(':');
    boolean hasPort = colon > 0 && entry.substring(colon + 1).matches("[0-9]{1,5}");
    int port = hasPort ? Integer.parseInt(entry.substring(colon + 1)) : -1;
    String host = hasPort ? entry.substring(0, colon) : entry;
    return Literal.of(host)
        .<Rule>map(literal -> new Address(literal, port, entry))
        .orElseGet(() -> new Host(host.replaceFirst("^\\*?\\.", ""), port, entry));
  }

  private static Rule network(String entry) {
    int slash = entry.indexOf('/');
    Optional<InetAddress> start = Literal.of(entry.substring(0, slash));
    String bits = entry.substring(slash + 1);
    int most = start.map(address -> address.getAddress().length * 8).orElse(0);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > most || start.isEmpty()) {
      throw new ConfigException(
          "environment: NO_PROXY has the entry '"
              + entry
              + "'; allowed are hosts, addresses, * and networks such as 10.0.0.0/8 or fd00::/8");
    }
    return new Network(start.get(), Integer.parseInt(bits), entry);
  }

  /** The entry because of which that host is reached without a proxy, if so. */
  Optional<String> entryFor(String host, int port) {
    Target target = Target.of(host, port);
    if (THIS_MACHINE.covers(target)) {
      return Optional.of(THIS_MACHINE.toString());
    }
    return rules.stream()
        .filter(rule -> rule.covers(target))
        .findFirst()
        .map(rule -> "NO_PROXY, " + rule);
  }
}

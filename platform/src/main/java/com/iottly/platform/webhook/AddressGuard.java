package com.iottly.platform.webhook;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Keeps webhooks from reaching what is not public (server-side request forgery): looks at every
 * address a name resolves to, and hands out the one to connect to, so that nothing resolves it a
 * second time. The blocks are those of the IANA special-purpose address registries (RFC 6890).
 * Blocks on name servers. Any thread.
 */
final class AddressGuard {

  private static final List<Network> NOT_PUBLIC =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carrier-grade NAT
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, cloud metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4", // reserved, broadcast
          "2001::/23", // protocol assignments, Teredo
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "3fff::/20"); // documentation

  private static final Network GLOBAL_UNICAST = Network.parse("2000::/3").orElseThrow();
  private static final Network NAT64 = Network.parse("64:ff9b::/96").orElseThrow();

  private final EndpointPolicy policy;
  private final Resolver resolver;

  /** What finds the addresses of a name. */
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  /** Whether a host may be reached. */
  sealed interface Verdict {
    /** Connect to this address, and no other. */
    record Reachable(InetAddress address) implements Verdict {}

    /** It must not be reached. */
    record Forbidden(String problem) implements Verdict {}

    /** Nobody knows it now. */
    record Unknown(String problem) implements Verdict {}
  }

  AddressGuard(EndpointPolicy policy, Resolver resolver) {
    this.policy = policy;
    this.resolver = resolver;
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(text -> Network.parse(text).orElseThrow()).toList();
  }

  /**
   * Resolves the host.
   *
   * @param host a name or an address; an IPv6 address may stand in brackets
   */
  Verdict check(String host) {
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    InetAddress[] addresses;
    try {
      addresses = resolver.resolve(bare);
    } catch (UnknownHostException | IllegalArgumentException e) {
      return new Verdict.Unknown("the name " + bare + " can't be resolved");
    }
    Predicate<InetAddress> allowed =
        policy.hosts().contains(bare.toLowerCase(Locale.ROOT)) ? _ -> true : this::isAllowed;
    for (InetAddress address : addresses) {
      if (!allowed.test(address)) {
        return new Verdict.Forbidden(
            "the address %s of %s is not public: use a public endpoint, or have the operator add it to 'webhook.allow'"
                .formatted(address.getHostAddress(), bare));
      }
    }
    return new Verdict.Reachable(addresses[0]);
  }

  private boolean isAllowed(InetAddress address) {
    return policy.networks().stream().anyMatch(network -> network.contains(address))
        || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    if (address instanceof Inet6Address six) {
      if (NAT64.contains(six)) {
        return isPublic(lastFour(six));
      }
      // What embeds an IPv4 address otherwise is outside of global unicast, or among the blocks.
      if (!GLOBAL_UNICAST.contains(six)) {
        return false;
      }
    }
    return NOT_PUBLIC.stream().noneMatch(network -> network.contains(address));
  }

  private static InetAddress lastFour(Inet6Address address) {
    byte[] bytes = address.getAddress();
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}

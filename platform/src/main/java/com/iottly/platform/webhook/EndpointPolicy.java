package com.iottly.platform.webhook;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which endpoints the operator lets webhooks post to, beyond public addresses over HTTPS.
 *
 * @param hosts names that may resolve to any address
 * @param networks addresses that are fine under any name
 * @param allowHttp whether plain HTTP is
 * @param caBundle a PEM file of the authorities to trust in the place of the system's
 */
public record EndpointPolicy(
    Set<String> hosts, List<Network> networks, boolean allowHttp, Optional<Path> caBundle) {

  public EndpointPolicy {
    hosts = Set.copyOf(hosts);
    networks = List.copyOf(networks);
  }

  /**
   * @param allow host names, addresses and networks such as {@code 10.0.0.0/8}
   * @throws IllegalArgumentException when one is none of them; the message is that one
   */
  public static EndpointPolicy of(List<String> allow, boolean allowHttp, Optional<Path> caBundle) {
    Set<String> hosts = new TreeSet<>();
    List<Network> networks = new ArrayList<>();
    for (String text : allow) {
      Optional<Network> network = Network.parse(text);
      if (network.isPresent()) {
        networks.add(network.get());
      } else if (text.matches("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")) {
        hosts.add(text.toLowerCase(Locale.ROOT));
      } else {
        throw new IllegalArgumentException(text);
      }
    }
    return new EndpointPolicy(hosts, networks, allowHttp, caBundle);
  }

  /** Public addresses over HTTPS. */
  public static EndpointPolicy strict() {
    return of(List.of(), false, Optional.empty());
  }
}

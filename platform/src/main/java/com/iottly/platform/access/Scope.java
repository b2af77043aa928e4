package com.iottly.platform.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an API key may be used for (contract §3). */
public enum Scope {
  /** Register devices and make pair codes. */
  PROVISION,
  /** Read project, devices, licenses and messages. */
  READ,
  /** Send commands, rename devices. */
  COMMAND,
  /** Change the project: keys, definitions, webhooks, scripts, settings. */
  MANAGE,
  /** Shell, files, tunnels and logs of devices. */
  REMOTE;

  /** What a key may do when nothing else is said: what the original API's calls need. */
  public static Set<Scope> defaults() {
    return EnumSet.of(PROVISION, READ, COMMAND);
  }

  /** The name in the public API. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scope of that name, when there is one. */
  public static Optional<Scope> of(String wireName) {
    for (Scope scope : values()) {
      if (scope.wireName().equals(wireName)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}

package com.iottly.platform.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a person is in a project: a role is the scopes that it has. */
public enum Role {
  /** Looks. */
  VIEWER,
  /** Works with the devices. */
  OPERATOR,
  /** Decides about the project. */
  OWNER;

  /** What it allows. */
  public Set<Scope> scopes() {
    return switch (this) {
      case VIEWER -> EnumSet.of(Scope.READ);
      case OPERATOR -> EnumSet.of(Scope.READ, Scope.COMMAND, Scope.PROVISION, Scope.REMOTE);
      case OWNER -> EnumSet.allOf(Scope.class);
    };
  }

  /** The least role that allows that. */
  public static Role leastFor(Scope scope) {
    for (Role role : values()) {
      if (role.scopes().contains(scope)) {
        return role;
      }
    }
    return OWNER;
  }

  /** The name in the public API. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name, when there is one. */
  public static Optional<Role> of(String wireName) {
    for (Role role : values()) {
      if (role.wireName().equals(wireName)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}

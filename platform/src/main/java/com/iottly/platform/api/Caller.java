package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.UserSession;
import com.iottly.platform.audit.Actor;

/** Who makes a call. */
sealed interface Caller {

  /** A program with a key. */
  record Key(ApiKey key) implements Caller {}

  /** A person who is signed in. */
  record Person(UserSession session) implements Caller {}

  /** Nobody in particular. */
  record Nobody() implements Caller {}

  /** As the audit log names them. */
  default Actor actor(String address) {
    return switch (this) {
      case Key(ApiKey key) -> new Actor(Actor.Kind.KEY, key.id().toString(), address);
      case Person(UserSession session) ->
          new Actor(Actor.Kind.USER, session.user().name(), address);
      case Nobody() -> new Actor(Actor.Kind.SERVER, "", address);
    };
  }
}

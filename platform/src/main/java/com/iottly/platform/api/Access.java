package com.iottly.platform.api;

import com.iottly.platform.access.Scope;

/** Who may make a call. */
sealed interface Access {

  /** Anyone; the call checks a credential of its own, or none is needed. */
  record Anyone() implements Access {}

  /**
   * A member of the project whose role has that scope, or a key of the project that has it.
   *
   * @param peopleOnly whether keys may not, whatever they have
   */
  record Project(Scope scope, boolean peopleOnly) implements Access {}

  /** Whoever is signed in. */
  record SignedIn() implements Access {}

  /** Who looks after the installation. */
  record Administrator() implements Access {}
}

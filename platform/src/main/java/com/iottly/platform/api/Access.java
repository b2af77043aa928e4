package com.iottly.platform.api;

import com.iottly.platform.access.Scope;

/** Who may make a call. */
sealed interface Access {

  /** Anyone; the call checks a credential of its own, or none is needed. */
  record Anyone() implements Access {}

  /** A key of the project with that scope, or a member of it whose role has the scope. */
  record Project(Scope scope) implements Access {}
}

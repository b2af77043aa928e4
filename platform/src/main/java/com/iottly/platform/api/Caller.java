package com.iottly.platform.api;

import com.iottly.platform.access.ApiKey;

/** Who makes a call. */
sealed interface Caller {

  /** A program with a key. */
  record Key(ApiKey key) implements Caller {}

  /** Nobody in particular. */
  record Nobody() implements Caller {}
}

package com.iottly.platform.webhook;

/** What became of a request to send one message once more. */
public sealed interface Redelivery {

  /** It was sent; the attempt says how that went. */
  record Sent(Attempt attempt) implements Redelivery {}

  /** The journal has no such message of that device any more. */
  record MessageGone() implements Redelivery {}

  /** There is no such webhook. */
  record Missing() implements Redelivery {}
}

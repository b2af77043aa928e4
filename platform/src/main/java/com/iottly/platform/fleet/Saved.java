package com.iottly.platform.fleet;

/**
 * What became of a request to make or change something.
 *
 * @param <T> what it is about
 */
public sealed interface Saved<T> {

  /**
   * It is durable.
   *
   * @param value as it is now
   */
  record Done<T>(T value) implements Saved<T> {}

  /**
   * It breaks a rule; nothing changed.
   *
   * @param problem a sentence for the caller that names the thing and the fix
   */
  record Refused<T>(String problem) implements Saved<T> {}

  /** What it should be added to, or what should change, does not exist. */
  record Missing<T>() implements Saved<T> {}
}

package com.iottly.platform.core;

import java.util.Optional;

/** Where what happens is kept: the four views of one store. */
public interface Store extends AutoCloseable {

  /** The log of everything. */
  Journal journal();

  /** The commands in it. */
  CommandLog commandLog();

  /** The messages in it, by device and time. */
  History history();

  /** What deletes from it. */
  Retention retention();

  /** Why it can't take data now, for an operator, if it can't. Answers at once. */
  Optional<String> problem();

  /** Writes what waits and closes; later appends are refused, later reads throw. */
  @Override
  void close();
}

package com.iottly.agent.cli;

import java.io.Console;
import java.util.Optional;

/**
 * Asks at the terminal for what the command line leaves open; without a terminal nobody answers.
 */
final class Questions {

  private final Optional<Console> console;

  Questions(boolean allowed) {
    this.console = allowed ? terminal() : Optional.empty();
  }

  /** The terminal at standard input and output, if a person is there. */
  static Optional<Console> terminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }

  Optional<String> ask(String question) {
    return console.map(terminal -> terminal.readLine("%s: ", question)).flatMap(Questions::given);
  }

  /** What is typed is not shown. */
  Optional<String> askHidden(String question) {
    return console
        .map(terminal -> terminal.readPassword("%s (not shown): ", question))
        .map(String::new)
        .flatMap(Questions::given);
  }

  private static Optional<String> given(String typed) {
    return Optional.of(typed.strip()).filter(text -> !text.isEmpty());
  }
}

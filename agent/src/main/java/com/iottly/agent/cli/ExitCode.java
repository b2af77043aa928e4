package com.iottly.agent.cli;

import java.util.List;

/** What the exit code of {@code iottly-agent} says. */
final class ExitCode {

  static final int OK = 0;

  /** Something failed that no other code names. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** The configuration is missing or wrong, or the token is none or another machine's. */
  static final int CONFIG = 3;

  /** No agent is running. */
  static final int NOT_RUNNING = 4;

  /** The platform or the agent said no. */
  static final int REFUSED = 5;

  /** A code, for people. */
  record Meaning(int code, String text) {}

  static final List<Meaning> MEANINGS =
      List.of(
          new Meaning(OK, "done"),
          new Meaning(FAILED, "failed"),
          new Meaning(USAGE, "wrong command line"),
          new Meaning(CONFIG, "wrong configuration"),
          new Meaning(NOT_RUNNING, "no agent is running"),
          new Meaning(REFUSED, "refused by the platform or the agent"));

  private ExitCode() {}
}

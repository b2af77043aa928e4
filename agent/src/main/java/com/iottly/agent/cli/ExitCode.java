package com.iottly.agent.cli;

/** What the exit code of {@code iottly-agent} says. */
final class ExitCode {

  static final int OK = 0;

  /** Something failed that no other code names. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** The configuration is missing or wrong. */
  static final int CONFIG = 3;

  /** No agent is running. */
  static final int NOT_RUNNING = 4;

  /** The platform or the agent said no. */
  static final int REFUSED = 5;

  private ExitCode() {}
}

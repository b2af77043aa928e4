package com.iottly.cli;

import java.util.List;

/** {@code iottly cli}. */
public final class Main {

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(Cli.run(List.of(arguments), Surroundings.ofThisProcess()));
  }
}

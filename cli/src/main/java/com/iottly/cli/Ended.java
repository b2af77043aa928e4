package com.iottly.cli;

import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Stream;

/** What the end of a channel means for a command. */
final class Ended {

  private Ended() {}

  /** The exit code of a regular end. */
  static int exit(Arrival.Closed closed) {
    if (closed.code().equals("ended")) {
      return ExitCode.DONE;
    }
    throw failure(closed);
  }

  static CliException failure(Arrival.Closed closed) {
    int code = closed.code().equals(Stream.LOST) ? ExitCode.UNREACHABLE : ExitCode.UNSUCCESSFUL;
    return new CliException(code, "%s (%s)".formatted(closed.sentence(), closed.code()));
  }
}

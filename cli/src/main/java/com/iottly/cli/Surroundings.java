package com.iottly.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * All that a command has to do with besides the platform.
 *
 * @param in standard input
 * @param out what was asked for
 * @param err remarks and refusals
 * @param bytes standard input and output as they are
 * @param terminal where a person can be asked for a secret, unseen; empty for a script
 * @param colours whether a person sees the output where colours are shown
 * @param random gives names that nobody gave before
 */
record Surroundings(
    Map<String, String> environment,
    Reader in,
    PrintWriter out,
    PrintWriter err,
    Bytes bytes,
    Optional<Console> terminal,
    boolean colours,
    InstantSource clock,
    Supplier<UUID> random) {

  /** Bytes that come and go; nothing is held back. */
  record Bytes(InputStream in, OutputStream out) {}

  /** The longest secret on standard input, in characters. */
  private static final int LONGEST_SECRET = 4_096;

  @SuppressWarnings("SystemConsoleNull") // null without a terminal since JDK 25's default
  static Surroundings ofThisProcess() {
    Map<String, String> environment = System.getenv();
    Console console = System.console();
    Optional<Console> terminal = Optional.ofNullable(console).filter(Console::isTerminal);
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Surroundings(
        environment,
        new InputStreamReader(System.in, StandardCharsets.UTF_8),
        // Not System.out, which hides that nobody reads any more.
        new PrintWriter(
            new OutputStreamWriter(
                new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)),
        new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true),
        new Bytes(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out)),
        terminal,
        terminal.isPresent() && !plain,
        InstantSource.system(),
        UUID::randomUUID);
  }

  /** Asks a person for a secret, or takes the first line of standard input. */
  String secret(String what) {
    String line =
        terminal
            .map(console -> console.readPassword("%s: ", what))
            .map(String::new)
            .orElseGet(this::line);
    if (line.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE, "no " + what + ": type it in, or send it to standard input: … < FILE");
    }
    return line;
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (line.length() == LONGEST_SECRET) {
          throw new CliException(ExitCode.USAGE, "the line on standard input is too long");
        }
        line.append((char) next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("standard input can't be read", e);
    }
    return line.toString().strip();
  }
}

package com.iottly.platform.admin;

import java.io.Console;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A line that a person is asked for, unseen, when it is first read. One thread. */
public final class PasswordPrompt extends Reader {

  private final Supplier<char @Nullable []> ask;
  private char @Nullable [] line;
  private int given;

  PasswordPrompt(Supplier<char @Nullable []> ask) {
    this.ask = ask;
  }

  /** Asks at the terminal when there is one, and reads standard input as it is otherwise. */
  @SuppressWarnings("SystemConsoleNull") // null again without a terminal since JDK 25's default
  public static Reader orStandardInput() {
    Console console = System.console();
    return console != null && console.isTerminal()
        ? new PasswordPrompt(() -> console.readPassword("Password: "))
        : new InputStreamReader(System.in, Charset.defaultCharset());
  }

  @Override
  public int read(char[] buffer, int offset, int length) {
    char[] rest = line;
    if (rest == null) {
      rest = ask.get();
      rest = rest == null ? new char[0] : (new String(rest) + '\n').toCharArray();
      line = rest;
    }
    if (given == rest.length) {
      return -1;
    }
    int count = Math.min(length, rest.length - given);
    System.arraycopy(rest, given, buffer, offset, count);
    given += count;
    return count;
  }

  @Override
  public void close() {
    line = new char[0];
    given = 0;
  }
}

package com.iottly.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/**
 * This process's terminal, which hands on every key as it is pressed and shows nothing by itself,
 * until it is closed; by way of stty(1).
 */
final class RawTerminal implements AutoCloseable {

  private static final File TERMINAL = new File("/dev/tty");
  private static final String SIZE = "[0-9]{1,4} [0-9]{1,4}";

  private final String before;
  private final Thread restore = new Thread(this::restore, "restore-terminal");

  private RawTerminal(String before) {
    this.before = before;
    Runtime.getRuntime().addShutdownHook(restore);
  }

  static RawTerminal begin() {
    RawTerminal terminal = new RawTerminal(stty("-g"));
    String _ = stty("raw", "-echo");
    return terminal;
  }

  /**
   * Tells of every change of its size, on a thread of the JVM's. The compiler warns of {@code
   * sun.misc.Signal}, the only way to hear a signal, wherever it is named: so it is named as text.
   */
  static void onResize(Runnable changed) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object onSignal =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, _, _) -> {
                changed.run();
                return null;
              });
      Object resized = signal.getConstructor(String.class).newInstance("WINCH");
      Object _ = signal.getMethod("handle", signal, handler).invoke(null, resized, onSignal);
    } catch (ReflectiveOperationException e) {
      throw new CliException(ExitCode.FAILED, "this Java can't hear SIGWINCH: " + e);
    }
  }

  /** Its size as services take it. */
  static ObjectNode size() {
    String size = stty("size");
    ObjectNode json = Platform.JSON.createObjectNode();
    if (size.matches(SIZE)) {
      String[] numbers = size.split(" ", 2);
      int rows = Integer.parseInt(numbers[0]);
      int columns = Integer.parseInt(numbers[1]);
      if (rows > 0 && columns > 0) {
        json.put("columns", Math.min(columns, 1000)).put("rows", Math.min(rows, 1000));
      }
    }
    return json;
  }

  private static String stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process = new ProcessBuilder(command).redirectInput(TERMINAL).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new CliException(ExitCode.FAILED, "the terminal can't be set up: " + e.getMessage());
    }
  }

  private void restore() {
    String _ = stty(before);
  }

  @Override
  public void close() {
    boolean _ = Runtime.getRuntime().removeShutdownHook(restore);
    restore();
  }
}

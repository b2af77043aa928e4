package com.iottly.platform.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process of its own that holds a data folder, and listens for commands or does not. */
final class ServerProcess implements AutoCloseable {

  private final Process process;

  ServerProcess(Path data, boolean listening) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                data.toString(),
                Boolean.toString(listening))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
    String line = said.readLine();
    while (line != null && !line.equals("ready")) {
      line = said.readLine();
    }
    assertThat(line).isEqualTo("ready");
  }

  public static void main(String[] arguments) throws IOException {
    try (Installation installation = new Installation(Path.of(arguments[0]))) {
      if (Boolean.parseBoolean(arguments[1])) {
        try (AdminSocket _ =
            AdminSocket.open(
                installation.directory, installation.commands, AdminLimits.defaults())) {
          serve();
        }
      } else {
        serve();
      }
    }
  }

  private static void serve() throws IOException {
    System.out.println("ready");
    System.out.flush();
    assertThat(System.in.read()).isEqualTo(-1);
  }

  long pid() {
    return process.pid();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.agent.link.TestPlatform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program as a user does: processes, files, sockets, and a platform. */
abstract class AgentProcesses {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;
  TestPlatform platform;
  Path config;
  private final List<Process> processes = new ArrayList<>();

  /** What a finished command left. */
  record Finished(int code, String out, String err) {}

  @BeforeEach
  void open() throws Exception {
    platform = new TestPlatform();
    config = directory.resolve("agent.conf");
    Files.writeString(
        config,
        """
        [agent]
        token = the.device.token
        log_file = %1$s/agent.log
        run_dir = %1$s/run
        [connection]
        endpoint = %2$s
        reconnect_interval = 1
        [telemetry]
        flush_interval_ms = 50
        [spool]
        dir = %1$s/spool
        """
            .formatted(directory, platform.endpoint()));
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void close() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    platform.close();
  }

  Process launch(Map<String, String> environment, String... arguments) throws IOException {
    return launch(List.of(), environment, arguments);
  }

  /** Starts the program under another one. */
  Process launch(List<String> wrapper, Map<String, String> environment, String... arguments)
      throws IOException {
    var command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx24m",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("IOTTLY_"));
    builder.environment().put("IOTTLY_CONFIG", config.toString());
    builder.environment().put("NO_PROXY", "*");
    builder.environment().putAll(environment);
    Process process = builder.redirectError(errors(processes.size()).toFile()).start();
    processes.add(process);
    return process;
  }

  Finished run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  Finished run(Map<String, String> environment, String... arguments) throws Exception {
    return finished(launch(environment, arguments), "");
  }

  /** Runs the program under another one, with something at its standard input. */
  Finished feed(List<String> wrapper, String input, String... arguments) throws Exception {
    return finished(launch(wrapper, Map.of(), arguments), input);
  }

  private Finished finished(Process process, String input) throws Exception {
    Path err = errors(processes.indexOf(process));
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Finished(process.exitValue(), out, Files.readString(err));
  }

  private Path errors(int number) {
    return directory.resolve("err-" + number);
  }
}

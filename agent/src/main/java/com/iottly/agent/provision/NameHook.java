package com.iottly.agent.provision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a program for this device's name: an executable that prints it, or a Python file that
 * defines {@code get_device_name()}. It has {@link #TIME_LIMIT} and may print {@value #MAX_BYTES}
 * bytes; the first line counts, with at most {@value #MAX_CHARACTERS} characters.
 */
final class NameHook {

  static final int MAX_BYTES = 1024;
  static final int MAX_CHARACTERS = 100;
  static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private static final String CALL =
      "import runpy, sys; print(runpy.run_path(sys.argv[1])['get_device_name']())";

  private final Duration timeLimit;

  NameHook(Duration timeLimit) {
    this.timeLimit = timeLimit;
  }

  /**
   * Runs the hook.
   *
   * @throws IOException when it can't be run, fails, takes too long or says nothing, with a
   *     sentence that says which
   */
  String name(Path hook) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(hook)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      process.getOutputStream().close();
      var said = new CompletableFuture<byte[]>();
      Thread.ofVirtual().name("iottly-name-hook").start(() -> read(process.getInputStream(), said));
      byte[] output = said.get(timeLimit.toNanos(), TimeUnit.NANOSECONDS);
      return name(hook, process, output);
    } catch (TimeoutException e) {
      throw new IOException(hook + " did not end within " + timeLimit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(hook + " can't be read: " + e.getCause(), e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private String name(Path hook, Process process, byte[] output)
      throws IOException, InterruptedException {
    if (output.length > MAX_BYTES) {
      throw new IOException(hook + " printed more than " + MAX_BYTES + " bytes");
    }
    if (!process.waitFor(timeLimit.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException(hook + " did not end within " + timeLimit.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      throw new IOException(hook + " ended with the code " + process.exitValue());
    }
    String name = new String(output, StandardCharsets.UTF_8).lines().findFirst().orElse("").strip();
    if (name.isEmpty()) {
      throw new IOException(hook + " printed no name");
    }
    if (name.codePointCount(0, name.length()) > MAX_CHARACTERS
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new IOException(
          "%s printed what is no name: at most %d characters, and no control characters"
              .formatted(hook, MAX_CHARACTERS));
    }
    return name;
  }

  private static void read(InputStream in, CompletableFuture<byte[]> said) {
    try (in) {
      said.complete(in.readNBytes(MAX_BYTES + 1));
    } catch (IOException e) {
      said.completeExceptionally(e);
    }
  }

  private static List<String> command(Path hook) throws IOException {
    boolean python =
        hook.toString().endsWith(".py")
            && Files.readString(hook, StandardCharsets.ISO_8859_1).contains("def get_device_name");
    return python ? List.of("python3", "-c", CALL, hook.toString()) : List.of(hook.toString());
  }
}

package com.iottly.e2e;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the product is started: through {@code ./iottly}, with nothing from this process's
 * environment but the path. The launcher becomes the server or the agent, so its process id is
 * theirs.
 */
final class Launcher {

  /** The project's root. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static {
    train();
  }

  private Launcher() {}

  /** As a user's first start does, once: the caches without which each start takes longer. */
  private static void train() {
    Path lock = ROOT.resolve("e2e/target/training.lock");
    try (FileChannel file = FileChannel.open(lock, CREATE, WRITE);
        FileLock _ = file.lock()) {
      Child.run(Map.of(), command("build")).succeeded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(ROOT.resolve("iottly").toString());
    command.addAll(List.of(arguments));
    return command;
  }

  static Map<String, String> environment(Map<String, String> more) {
    var environment = new HashMap<String, String>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("IOTTLY_SKIP_BUILD", "yes");
    environment.putAll(more);
    return environment;
  }
}

package com.iottly.e2e;

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

  private Launcher() {}

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

package com.iottly.agent.doctor;

import com.iottly.agent.config.ConfigException;
import com.iottly.agent.net.Proxies;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The environment of the service, which is not that of a shell: the unit reads a file of its own,
 * and a variable exported before {@code systemctl start} never gets there.
 *
 * @param file what the unit reads
 * @param units where the unit may be installed
 */
public record ServiceEnvironment(Path file, List<Path> units) {

  /** Where a Linux with systemd has them. */
  public static final ServiceEnvironment USUAL =
      new ServiceEnvironment(
          Path.of("/etc/default/iottly-agent"),
          List.of(
              Path.of("/etc/systemd/system/iottly-agent.service"),
              Path.of("/usr/lib/systemd/system/iottly-agent.service"),
              Path.of("/lib/systemd/system/iottly-agent.service")));

  private static final Finding.Step STEP = Finding.Step.SERVICE;

  /** Compares the proxies of this shell with those of the service. */
  Finding examine(URI endpoint, Map<String, String> shell, OptionalLong agent) {
    Optional<Map<String, String>> running =
        agent.isPresent() ? ofProcess(agent.getAsLong()) : Optional.empty();
    if (running.isEmpty() && units.stream().noneMatch(Files::exists)) {
      return Finding.skipped(STEP, "not installed as a service here");
    }
    String theirs = running.isPresent() ? "the running agent" : "the service";
    try {
      Proxies.Way ours = Proxies.of(shell).way(endpoint);
      Proxies.Way its = Proxies.of(running.orElseGet(this::ofFile)).way(endpoint);
      return text(ours).equals(text(its))
          ? Finding.ok(STEP, theirs + " goes the same way, " + text(its))
          : Finding.failed(
              STEP,
              "%s goes %s, this shell %s".formatted(theirs, text(its), text(ours)),
              "a service does not see what a shell exports: write the proxy variables into %s and systemctl restart iottly-agent, or export the same here"
                  .formatted(file));
    } catch (ConfigException e) {
      return Finding.failed(STEP, file + ": " + e.getMessage(), "correct it there");
    }
  }

  private static String text(Proxies.Way way) {
    return switch (way) {
      case Proxies.Way.Direct _ -> "without a proxy";
      case Proxies.Way.Through(var proxy) -> "by the proxy " + proxy;
    };
  }

  private static Optional<Map<String, String>> ofProcess(long pid) {
    try {
      String all =
          Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
      return Optional.of(variables(all.split("\0")));
    } catch (IOException e) {
      // Another user's process; the file says what it would get.
      return Optional.empty();
    }
  }

  private Map<String, String> ofFile() {
    try {
      return variables(Files.readString(file).split("\n"));
    } catch (IOException e) {
      // The unit does without a file that is not there.
      return Map.of();
    }
  }

  private static Map<String, String> variables(String[] lines) {
    var variables = new HashMap<String, String>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.strip().startsWith("#")) {
        String value = line.substring(equals + 1).strip();
        variables.put(
            line.substring(0, equals).strip(), value.replaceAll("^([\"'])(.*)\\1$", "$2"));
      }
    }
    return variables;
  }
}

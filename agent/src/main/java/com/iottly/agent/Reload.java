package com.iottly.agent;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Key;
import com.iottly.agent.config.Key.Effect;
import com.iottly.agent.config.Settings;
import com.iottly.agent.log.Log;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Reads the configuration again and hands what may change to the running rooms. What can't be used
 * leaves everything as it was.
 *
 * <p>Belongs to the thread {@code iottly-config}; {@link #restartNeeded} and {@link #problem} are
 * anybody's.
 */
final class Reload {

  private final Path file;
  private final Map<String, String> environment;
  private final Settings started;
  private final BiConsumer<AgentConfig, Boolean> apply;
  private final Log log;
  private Settings running;
  private volatile List<Key> restartNeeded = List.of();
  private volatile String problem = "";
  private volatile List<String> warnings;

  /**
   * @param started what the agent was started with
   * @param apply takes a configuration over, all of it or, by throwing {@link ConfigException},
   *     nothing; and whether somebody asked for it
   */
  Reload(
      Path file,
      Map<String, String> environment,
      Settings started,
      BiConsumer<AgentConfig, Boolean> apply,
      Log log) {
    this.file = file;
    this.environment = environment;
    this.started = started;
    this.running = started;
    this.warnings = started.warnings();
    this.apply = apply;
    this.log = log;
  }

  /** The keys that have other values in the file than the running agent uses. */
  List<Key> restartNeeded() {
    return restartNeeded;
  }

  /** Why the file can't be used now, or empty. */
  String problem() {
    return problem;
  }

  /** What is odd about the configuration that was read last. */
  List<String> warnings() {
    return warnings;
  }

  void run(boolean asked) {
    try {
      ConfigFile text = ConfigFile.read(file);
      if (text.isBlank()) {
        throw new ConfigException(file + " is empty");
      }
      Settings wanted = Settings.of(text, environment);
      AgentConfig _ = wanted.check();
      Settings usable = wanted.keeping(started, Effect.RESTART);
      apply.accept(usable.check(), asked);
      tell(wanted, usable);
      running = usable;
      restartNeeded = wanted.changedFrom(usable);
      warnings = wanted.warnings();
      problem = "";
    } catch (ConfigException e) {
      problem = String.valueOf(e.getMessage());
      log.error("the configuration can't be used, the running one stays: " + e.getMessage());
    }
  }

  private void tell(Settings wanted, Settings usable) {
    wanted.warnings().forEach(log::warn);
    List<Key> changed = usable.changedFrom(running);
    log.info(
        "configuration read again: "
            + (changed.isEmpty() ? "nothing to change" : keys(changed, Effect.AT_ONCE)));
    if (changed.stream().anyMatch(key -> key.effect() == Effect.NEXT_CONNECTION)) {
      log.info("from the next connection on: " + keys(changed, Effect.NEXT_CONNECTION));
    }
    List<Key> waiting = wanted.changedFrom(usable);
    if (!waiting.isEmpty()) {
      log.warn(
          "changed in the file, but only a restart applies it: " + keys(waiting, Effect.RESTART));
    }
  }

  private static String keys(List<Key> keys, Effect effect) {
    return keys.stream()
        .filter(key -> key.effect() == effect)
        .map(Key::toString)
        .collect(Collectors.joining(", "));
  }
}

package com.iottly.agent.cli;

import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which configuration file counts: {@code --config}, or IOTTLY_CONFIG, or the usual place. */
record ConfigSource(Path file) {

  static final String DEFAULT = "/etc/iottly/agent.conf";

  static ConfigSource of(@Nullable Path named, Map<String, String> environment) {
    return new ConfigSource(
        named != null ? named : Path.of(environment.getOrDefault("IOTTLY_CONFIG", DEFAULT)));
  }

  Settings settings(Map<String, String> environment) {
    return Settings.of(ConfigFile.read(file), environment);
  }

  /** The same, where a file that is not there yet counts as the sample that it will be made of. */
  Settings settingsOrSample(Map<String, String> environment) {
    ConfigFile text = Files.exists(file) ? ConfigFile.read(file) : ConfigFile.sample();
    return Settings.of(text, environment);
  }
}

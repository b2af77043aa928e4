package com.iottly.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The effective value of every key and where it comes from: the environment before the file before
 * the default.
 */
public final class Settings {

  private final Map<Key, Setting> settings = new EnumMap<>(Key.class);
  private final List<String> warnings = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * A value.
   *
   * @param origin where it comes from, for a person: a file and line, a variable, or "default"
   */
  public record Setting(Key key, String value, String origin) {

    /** The value as it may be shown. */
    public String shown() {
      return key.secret() && !value.isEmpty() ? "(set, not shown)" : value;
    }

    @Override
    public String toString() {
      return key + " = " + shown();
    }
  }

  private Settings() {}

  /** Puts file and environment together. Nothing is checked but the file's form. */
  public static Settings of(ConfigFile file, Map<String, String> environment) {
    Settings all = new Settings();
    for (Key key : Key.values()) {
      all.settings.put(key, new Setting(key, key.defaultValue(), "default"));
    }
    all.readFile(file);
    all.readEnvironment(environment);
    return all;
  }

  private void readFile(ConfigFile file) {
    List<String> sections = Key.sections();
    for (ConfigFile.Header header : file.headers()) {
      if (!sections.contains(header.section())) {
        warnings.add(
            "%s, line %d: the section [%s] is unknown and is ignored with all its keys; did you mean [%s]?"
                .formatted(
                    file.name(),
                    header.number(),
                    header.section(),
                    Nearest.of(header.section(), sections)));
      }
    }
    for (ConfigFile.Line line : file.settings(problems)) {
      if (sections.contains(line.section())) {
        readLine(file.name() + ", line " + line.number(), line);
      }
    }
  }

  private void readLine(String origin, ConfigFile.Line line) {
    Optional<Key> key = Key.of(line.section(), line.key());
    if (key.isEmpty()) {
      warnings.add(
          "%s: the key '%s' is unknown in [%s] and is ignored; did you mean %s?"
              .formatted(origin, line.key(), line.section(), nearest(line.section(), line.key())));
      return;
    }
    Setting earlier = settings.put(key.get(), new Setting(key.get(), line.value(), origin));
    if (earlier != null && !earlier.origin().equals("default")) {
      warnings.add(
          "%s: %s was set before, by %s; the last one counts"
              .formatted(origin, key.get(), earlier.origin()));
    }
    if (line.value().contains(" #") || line.value().contains(" ;")) {
      warnings.add(
          "%s: all that stands behind '=' is the value of %s; a comment needs a line of its own"
              .formatted(origin, key.get()));
    }
  }

  private void readEnvironment(Map<String, String> environment) {
    for (Key key : Key.values()) {
      String value = environment.get(key.variable());
      if (value != null) {
        settings.put(key, new Setting(key, value.strip(), "environment " + key.variable()));
      }
    }
    var known = List.of(Key.values()).stream().map(Key::variable).toList();
    for (String variable : environment.keySet().stream().sorted().toList()) {
      boolean ours =
          List.of(Key.values()).stream()
              .anyMatch(key -> variable.startsWith(prefix(key.section())));
      if (ours && !known.contains(variable)) {
        warnings.add(
            "environment: the variable %s is unknown and is ignored; did you mean %s?"
                .formatted(variable, Nearest.of(variable, known)));
      }
    }
  }

  private static String prefix(String section) {
    return ("IOTTLY_" + section + "_").toUpperCase(Locale.ROOT);
  }

  private static String nearest(String section, String key) {
    var known = List.of(Key.values()).stream().map(Key::toString).toList();
    return Nearest.of("[" + section + "] " + key, known);
  }

  /** These settings with the values that other settings have for keys of that effect. */
  public Settings keeping(Settings other, Key.Effect effect) {
    Settings mixed = new Settings();
    settings.forEach((key, setting) ->
        mixed.settings.put(key, key.effect() == effect ? other.setting(key) : setting));
    return mixed;
  }

  /** The keys whose values differ from those of other settings, in the documentation's order. */
  public List<Key> changedFrom(Settings other) {
    return settings.keySet().stream()
        .filter(key -> !setting(key).value().equals(other.setting(key).value()))
        .toList();
  }

  /** What that key's value is. */
  public String value(Key key) {
    return setting(key).value();
  }

  private Setting setting(Key key) {
    Setting setting = settings.get(key);
    return setting == null ? new Setting(key, key.defaultValue(), "default") : setting;
  }

  /** Every key, in the order of the documentation. */
  public List<Setting> all() {
    return List.copyOf(settings.values());
  }

  /** What is odd but no reason to stop. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * The checked configuration.
   *
   * @throws ConfigException with every problem there is
   */
  public AgentConfig check() {
    var found = new ArrayList<String>(problems);
    AgentConfig config = new Values(settings, found).config();
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
    return config;
  }

  /**
   * One path, whatever is wrong with the other values.
   *
   * @throws ConfigException when this one is wrong
   */
  public Path path(Key key) {
    var found = new ArrayList<String>();
    Path path = new Values(settings, found).path(key);
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
    return path;
  }
}

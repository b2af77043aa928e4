package com.iottly.agent.config;

import com.iottly.agent.log.Log;
import com.iottly.agent.machine.Binding;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The effective value of every key and where it comes from: the environment before the file before
 * the default.
 */
public final class Settings {

  /** The characters of a bearer token (RFC 6750, section 2.1). */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]*");

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
    AgentConfig config = new Reader(found).config();
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
    Path path = new Reader(found).path(key);
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
    return path;
  }

  /** Turns texts into values and collects what is wrong with them. */
  private final class Reader {
    private final List<String> found;

    Reader(List<String> found) {
      this.found = found;
    }

    AgentConfig config() {
      Duration interval = seconds(Key.RECONNECT_INTERVAL, 1, 3600);
      Duration max = seconds(Key.RECONNECT_MAX, 1, 86400);
      if (max.compareTo(interval) < 0) {
        wrong(Key.RECONNECT_MAX, "at least reconnect_interval, " + interval.toSeconds());
      }
      var security =
          new AgentConfig.Security(
              optionalPath(Key.CA_BUNDLE),
              choice(Key.MIN_TLS_VERSION, AgentConfig.TlsVersion.class),
              clientFiles(),
              bool(Key.ALLOW_PLAINTEXT));
      return new AgentConfig(
          new AgentConfig.Agent(
              token(),
              machine(),
              choice(Key.LOG_LEVEL, Log.Level.class),
              path(Key.LOG_FILE),
              path(Key.RUN_DIR)),
          new AgentConfig.Connection(
              endpoint(security), interval, max, seconds(Key.HEARTBEAT_INTERVAL, 1, 3600)),
          new AgentConfig.Telemetry(
              bool(Key.TELEMETRY_ENABLED),
              seconds(Key.TELEMETRY_INTERVAL, 1, 86400),
              (int) number(Key.BUFFER_SIZE, 1, 65535),
              Duration.ofMillis(number(Key.FLUSH_INTERVAL_MS, 0, 3600_000))),
          security,
          new AgentConfig.Spool(
              path(Key.SPOOL_DIR),
              number(Key.SPOOL_MAX_MB, 1, 1024 * 1024) * 1024 * 1024,
              Duration.ofDays(number(Key.SPOOL_MAX_AGE_DAYS, 1, 3650))));
    }

    private String value(Key key) {
      return setting(key).value();
    }

    private void wrong(Key key, String allowed) {
      Setting setting = setting(key);
      String shown = key.secret() ? "a value that is not shown" : "'" + setting.value() + "'";
      found.add("%s: %s is %s; allowed: %s".formatted(setting.origin(), key, shown, allowed));
    }

    private String token() {
      String token = value(Key.TOKEN);
      if (!TOKEN.matcher(token).matches()) {
        wrong(Key.TOKEN, "what `iottly-agent provision` writes, without quotes and spaces");
      }
      return token;
    }

    private Optional<Binding> machine() {
      Optional<Binding> machine = Binding.parse(value(Key.MACHINE));
      if (machine.isEmpty() && !value(Key.MACHINE).isEmpty()) {
        wrong(Key.MACHINE, "what `iottly-agent provision` writes, or nothing");
      }
      return machine;
    }

    private URI endpoint(AgentConfig.Security security) {
      String value = value(Key.ENDPOINT);
      try {
        URI uri = new URI(value);
        if (uri.getHost() != null
            && ("ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme()))) {
          if (!security.allows(uri)) {
            wrong(
                Key.ENDPOINT,
                "an encrypted address, wss://host/ws, or any with %s = true"
                    .formatted(Key.ALLOW_PLAINTEXT));
          }
          return uri;
        }
      } catch (URISyntaxException e) {
        wrong(Key.ENDPOINT, "a WebSocket address such as " + Key.ENDPOINT.defaultValue());
        return URI.create(Key.ENDPOINT.defaultValue());
      }
      wrong(Key.ENDPOINT, "a WebSocket address such as " + Key.ENDPOINT.defaultValue());
      return URI.create(Key.ENDPOINT.defaultValue());
    }

    private Duration seconds(Key key, long least, long most) {
      return Duration.ofSeconds(number(key, least, most));
    }

    private long number(Key key, long least, long most) {
      try {
        long number = Long.parseLong(value(key));
        if (number >= least && number <= most) {
          return number;
        }
        wrong(key, "a whole number from %d to %d".formatted(least, most));
      } catch (NumberFormatException e) {
        wrong(key, "a whole number from %d to %d".formatted(least, most));
      }
      return Long.parseLong(key.defaultValue());
    }

    private boolean bool(Key key) {
      String value = value(key).toLowerCase(Locale.ROOT);
      if (!value.equals("true") && !value.equals("false")) {
        wrong(key, "true or false");
      }
      return value.equals("true");
    }

    private Optional<AgentConfig.ClientFiles> clientFiles() {
      Optional<Path> certificate = optionalPath(Key.CLIENT_CERTIFICATE);
      Optional<Path> key = optionalPath(Key.CLIENT_KEY);
      if (certificate.isPresent() != key.isPresent()) {
        wrong(
            certificate.isPresent() ? Key.CLIENT_KEY : Key.CLIENT_CERTIFICATE,
            "an absolute path; certificate and key go together and may be in one file");
      }
      return certificate.flatMap(
          named -> key.map(with -> new AgentConfig.ClientFiles(named, with)));
    }

    private Optional<Path> optionalPath(Key key) {
      return value(key).isEmpty() ? Optional.empty() : Optional.of(path(key));
    }

    private Path path(Key key) {
      String value = value(key);
      try {
        Path path = Path.of(value);
        if (path.isAbsolute()) {
          return path;
        }
      } catch (InvalidPathException e) {
        wrong(key, "an absolute path");
        return Path.of("/");
      }
      wrong(key, "an absolute path");
      return Path.of("/");
    }

    private <E extends Enum<E>> E choice(Key key, Class<E> type) {
      var names = new ArrayList<String>();
      for (E constant : type.getEnumConstants()) {
        String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '.');
        if (name.equals(value(key).toLowerCase(Locale.ROOT))) {
          return constant;
        }
        names.add(name);
      }
      wrong(key, String.join(", ", names));
      return type.getEnumConstants()[0];
    }
  }
}

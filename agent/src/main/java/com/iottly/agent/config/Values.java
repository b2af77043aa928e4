package com.iottly.agent.config;

import static java.util.function.Predicate.not;

import com.iottly.agent.log.Log;
import com.iottly.agent.machine.Binding;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns texts into values and collects what is wrong with them. */
final class Values {

  /** The characters of a bearer token (RFC 6750, section 2.1). */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]*");

  private final Map<Key, Settings.Setting> settings;
  private final List<String> found;

  Values(Map<Key, Settings.Setting> settings, List<String> found) {
    this.settings = settings;
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
            Duration.ofDays(number(Key.SPOOL_MAX_AGE_DAYS, 1, 3650))),
        RemoteConfig.of(this));
  }

  private Settings.Setting setting(Key key) {
    return Objects.requireNonNull(settings.get(key));
  }

  private String value(Key key) {
    return setting(key).value();
  }

  private void wrong(Key key, String allowed) {
    Settings.Setting setting = setting(key);
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

  Duration seconds(Key key, long least, long most) {
    return Duration.ofSeconds(number(key, least, most));
  }

  long number(Key key, long least, long most) {
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

  boolean bool(Key key) {
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
    return certificate.flatMap(named -> key.map(with -> new AgentConfig.ClientFiles(named, with)));
  }

  private Optional<Path> optionalPath(Key key) {
    return value(key).isEmpty() ? Optional.empty() : Optional.of(path(key));
  }

  /** What stands between commas; nothing is an empty list. */
  List<String> list(Key key, String form, String allowed) {
    List<String> items =
        Arrays.stream(value(key).split(","))
            .map(String::strip)
            .filter(not(String::isEmpty))
            .toList();
    if (!items.stream().allMatch(item -> item.matches(form))) {
      wrong(key, allowed + ", with commas between them");
      return List.of();
    }
    return items;
  }

  /** Absolute paths without {@code .} and {@code ..}. */
  List<Path> paths(Key key) {
    return list(key, "(?!.*/\\.{1,2}(/|$))/[^\\x00]*", "absolute paths without .. in them").stream()
        .map(Path::of)
        .toList();
  }

  /** {@code host:port} and {@code host:*}, in lower case; an IPv6 address stands in brackets. */
  List<String> targets(Key key) {
    String form = "(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9_.-]+):(\\*|[1-9][0-9]{0,4})";
    return list(key, form, "host:port or host:*").stream()
        .map(target -> target.toLowerCase(Locale.ROOT).replace("[", "").replace("]", ""))
        .toList();
  }

  Path path(Key key) {
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

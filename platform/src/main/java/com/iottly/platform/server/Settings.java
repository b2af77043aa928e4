package com.iottly.platform.server;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of a TOML file and of the environment, by key ({@code "section.key"}). The environment
 * wins: {@code IOTTLY_SERVER_<SECTION>_<KEY>}. Each key that is asked for is known from then on;
 * {@link #requireAllKnown} refuses the rest.
 */
final class Settings {

  private static final String ENVIRONMENT_PREFIX = "IOTTLY_SERVER_";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB|TiB)");

  /** Where a value came from, for error messages. */
  private record Value(String text, String source) {}

  private final Map<String, Value> values = new HashMap<>();
  private final Set<String> known = new TreeSet<>();

  private Settings() {}

  /** Reads the file, when there is one, and the environment. */
  static Settings read(Optional<Path> file, Map<String, String> environment) {
    Settings settings = new Settings();
    file.ifPresent(settings::readFile);
    environment.forEach((name, value) -> {
      if (name.startsWith(ENVIRONMENT_PREFIX)) {
        String rest = name.substring(ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT);
        settings.values.put(
            rest.replaceFirst("_", "."), new Value(value, "environment variable " + name));
      }
    });
    return settings;
  }

  private void readFile(Path file) {
    try {
      JsonNode root = new TomlMapper().readTree(Files.readString(file));
      root.properties()
          .forEach(section -> {
            if (!section.getValue().isObject()) {
              values.put(section.getKey(), new Value(section.getValue().asText(), file.toString()));
            }
            section
                .getValue()
                .properties()
                .forEach(entry ->
                    values.put(
                        section.getKey() + "." + entry.getKey(),
                        new Value(textOf(entry.getValue()), file.toString())));
          });
    } catch (NoSuchFileException e) {
      throw new ConfigException("There is no configuration file " + file + ".");
    } catch (JacksonException e) {
      throw new ConfigException(
          "The configuration file "
              + file
              + " is not valid TOML (line "
              + e.getLocation().getLineNr()
              + "): "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new ConfigException("The configuration file " + file + " can't be read: " + e);
    }
  }

  /** A list as the environment has it, too. */
  private static String textOf(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining(","))
        : value.asText();
  }

  /** The members of a list, in the environment separated by commas. */
  List<String> list(String key) {
    return text(key).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .toList();
  }

  boolean flag(String key, boolean defaultValue) {
    return text(key)
        .map(text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw refusal(key, "true or false");
            })
        .orElse(defaultValue);
  }

  Optional<String> text(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key)).map(Value::text).filter(text -> !text.isEmpty());
  }

  Optional<Path> path(String key) {
    return text(key).map(Path::of);
  }

  int number(String key, int defaultValue, int min, int max) {
    return text(key)
        .map(text -> {
          try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
              return number;
            }
          } catch (NumberFormatException e) {
            // refused below, as a number out of range is
          }
          throw refusal(key, "a whole number from " + min + " to " + max);
        })
        .orElse(defaultValue);
  }

  Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
    return text(key)
        .map(text -> {
          Matcher matcher = DURATION.matcher(text);
          if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration =
                switch (matcher.group(2)) {
                  case "ms" -> Duration.ofMillis(amount);
                  case "s" -> Duration.ofSeconds(amount);
                  case "m" -> Duration.ofMinutes(amount);
                  case "h" -> Duration.ofHours(amount);
                  default -> Duration.ofDays(Math.min(amount, 1_000_000));
                };
            if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
              return duration;
            }
          }
          throw refusal(key, "a time like \"10s\", from " + inWords(min) + " to " + inWords(max));
        })
        .orElse(defaultValue);
  }

  long bytes(String key, long defaultValue, long min, long max) {
    return text(key)
        .map(text -> {
          Matcher matcher = SIZE.matcher(text);
          if (matcher.matches()) {
            int shift =
                switch (matcher.group(2)) {
                  case "B" -> 0;
                  case "KiB" -> 10;
                  case "MiB" -> 20;
                  case "GiB" -> 30;
                  default -> 40;
                };
            long amount = Long.parseLong(matcher.group(1));
            if (amount <= (Long.MAX_VALUE >> shift)
                && amount << shift >= min
                && amount << shift <= max) {
              return amount << shift;
            }
          }
          throw refusal(key, "a size like \"64 MiB\", from " + min + " B to " + max + " B");
        })
        .orElse(defaultValue);
  }

  /** Refuses keys that nobody asked for. */
  void requireAllKnown() {
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      if (!known.contains(entry.getKey())) {
        throw new ConfigException(
            "The key '"
                + entry.getKey()
                + "' ("
                + entry.getValue().source()
                + ") is unknown. Known are: "
                + known.stream().collect(Collectors.joining(", "))
                + ".");
      }
    }
  }

  ConfigException refusal(String key, String allowed) {
    Value value = values.get(key);
    return new ConfigException(
        value == null
            ? "The key '" + key + "' is missing; it must be " + allowed + "."
            : "The key '"
                + key
                + "' ("
                + value.source()
                + ") is '"
                + value.text()
                + "'; it must be "
                + allowed
                + ".");
  }

  private static String inWords(Duration duration) {
    return duration.toDays() > 0
        ? duration.toDays() + "d"
        : duration.toSeconds() > 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
  }
}

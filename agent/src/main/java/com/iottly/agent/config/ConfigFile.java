package com.iottly.agent.config;

import com.iottly.agent.disk.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An INI file: sections in brackets, {@code key = value} lines, comments on lines of their own that
 * start with {@code #} or {@code ;}. What is not understood is kept when the file is written.
 */
public final class ConfigFile {

  /** The largest file that is read, in bytes. */
  static final int MAX_BYTES = 1024 * 1024;

  private final String name;
  private final List<String> lines;

  private ConfigFile(String name, String text) {
    this.name = name;
    this.lines = new ArrayList<>(text.lines().toList());
  }

  /** One {@code key = value} line; lines count from 1. */
  record Line(int number, String section, String key, String value) {}

  /** One {@code [section]} line. */
  record Header(int number, String section) {}

  /** Text with a name for messages. */
  public static ConfigFile of(String name, String text) {
    return new ConfigFile(name, text.startsWith("\ufeff") ? text.substring(1) : text);
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException when it can't be read
   */
  public static ConfigFile read(Path file) {
    try {
      requireReadable(file, Files.readAttributes(file, BasicFileAttributes.class));
      return of(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          file
              + " does not exist; run `iottly-agent provision`, or name another file with --config",
          e);
    } catch (AccessDeniedException e) {
      throw new ConfigException(
          "%s can't be read by the user %s; run this as root or as the owner of the file"
              .formatted(file, System.getProperty("user.name")),
          e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + " is not a text file in UTF-8", e);
    } catch (IOException e) {
      throw new ConfigException(file + " can't be read: " + e, e);
    }
  }

  private static void requireReadable(Path file, BasicFileAttributes attributes) {
    if (attributes.isDirectory()) {
      throw new ConfigException(file + " is a directory; name the file in it with --config");
    }
    if (!attributes.isRegularFile()) {
      throw new ConfigException(file + " is not a regular file, which a configuration must be");
    }
    if (attributes.size() > MAX_BYTES) {
      throw new ConfigException(
          "%s has more than %d bytes; that is no configuration of iottly-agent"
              .formatted(file, MAX_BYTES));
    }
  }

  /** The commented sample a new device starts with. */
  public static ConfigFile sample() {
    try (InputStream in = ConfigFile.class.getResourceAsStream("/com/iottly/agent/agent.conf")) {
      if (in == null) {
        throw new IllegalStateException("agent.conf is missing from the program");
      }
      return of("agent.conf", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is odd about a file that holds a secret and can be read, for a person. */
  public static Optional<String> finding(Path file, String secret) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      boolean shared =
          permissions.contains(PosixFilePermission.OTHERS_READ)
              || permissions.contains(PosixFilePermission.OTHERS_WRITE);
      return shared
          ? Optional.of(
              file
                  + " holds "
                  + secret
                  + " and is open to every user; run `chmod 600 "
                  + file
                  + "`")
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Whether there is nothing in it, as while an editor writes it. */
  public boolean isBlank() {
    return lines.stream().allMatch(String::isBlank);
  }

  String name() {
    return name;
  }

  /** The settings in the order of the file; what is neither setting nor comment is a problem. */
  List<Line> settings(List<String> problems) {
    var settings = new ArrayList<Line>();
    String section = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      int equals = line.indexOf('=');
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      Optional<String> header = header(line);
      if (header.isPresent()) {
        section = header.get();
      } else if (equals <= 0) {
        problems.add(
            "%s, line %d: neither a [section] nor key = value; comments start with #"
                .formatted(name, i + 1));
      } else if (section.isEmpty()) {
        problems.add(
            "%s, line %d: the key '%s' stands before the first [section]"
                .formatted(name, i + 1, line.substring(0, equals).strip()));
      } else {
        String key = line.substring(0, equals).strip();
        settings.add(new Line(i + 1, section, key, line.substring(equals + 1).strip()));
      }
    }
    return settings;
  }

  /** The sections in the order of the file, each as often as it is opened. */
  List<Header> headers() {
    var headers = new ArrayList<Header>();
    for (int i = 0; i < lines.size(); i++) {
      int number = i + 1;
      header(lines.get(i).strip()).ifPresent(name -> headers.add(new Header(number, name)));
    }
    return headers;
  }

  private static Optional<String> header(String line) {
    return line.startsWith("[") && line.endsWith("]")
        ? Optional.of(line.substring(1, line.length() - 1).strip())
        : Optional.empty();
  }

  /** The same file with these values; comments and everything else stay. */
  public ConfigFile with(Map<Key, String> values) {
    ConfigFile changed = new ConfigFile(name, String.join("\n", lines));
    values.forEach(changed::set);
    return changed;
  }

  /** The same file, with certificate and key of this client in one file; in none when empty. */
  public ConfigFile withCertificate(Optional<Path> file) {
    String name = file.map(Path::toString).orElse("");
    return with(Map.of(Key.CLIENT_CERTIFICATE, name)).with(Map.of(Key.CLIENT_KEY, name));
  }

  /** Where the certificate lies that the platform issued, beside the configuration file. */
  public static Path certificateBeside(Path configFile) {
    String name = configFile.toAbsolutePath().getFileName().toString();
    return configFile.toAbsolutePath().resolveSibling(name.replaceFirst("\\.conf$", "") + ".pem");
  }

  private void set(Key key, String value) {
    String line = key.key() + " = " + value;
    int last = -1;
    for (Line setting : settings(new ArrayList<>())) {
      if (setting.section().equals(key.section())) {
        last = setting.number() - 1;
        if (setting.key().equals(key.key())) {
          lines.set(last, line);
          return;
        }
      }
    }
    int header =
        headers().stream()
            .filter(open -> open.section().equals(key.section()))
            .map(open -> open.number() - 1)
            .findFirst()
            .orElse(-1);
    if (last < 0 && header < 0) {
      lines.add("[" + key.section() + "]");
      last = lines.size() - 1;
    }
    lines.add(Math.max(last, header) + 1, line);
  }

  /** Replaces the file at once, readable by its owner only, who stays the same. */
  public void write(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    AtomicFile.writeForOwner(Files.exists(file) ? file.toRealPath() : file, text());
  }

  /** The whole text. It holds the token: keep it out of logs. */
  public String text() {
    return String.join("\n", lines) + "\n";
  }
}

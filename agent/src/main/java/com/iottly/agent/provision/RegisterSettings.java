package com.iottly.agent.provision;

import com.iottly.agent.config.ConfigException;
import com.iottly.agent.json.Json;
import com.iottly.agent.provision.Registration.Permission;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code registersettings.json}: how machines that start from one master image register themselves.
 *
 * @param file where it was read
 * @param platform the platform's address
 * @param permission a project and its API key, a secret
 * @param name the device's name
 * @param hook a program that knows the name
 */
public record RegisterSettings(
    Path file,
    URI platform,
    Permission.ApiKey permission,
    Optional<String> name,
    Optional<Path> hook) {

  /** Its name, beside the configuration file. */
  public static final String FILE = "registersettings.json";

  private static final int MAX_BYTES = 64 * 1024;

  private static final List<String> MEMBERS =
      List.of(
          "REGISTRATION_HOST",
          "PROJECT_ID",
          "API_KEY",
          "DEVICE_NAME_HOOK",
          "DEVICE_NAME",
          "REGISTRATION_PROTOCOL");

  /**
   * The name for this device: the hook's, or else the one in the file, since a device without its
   * proper name is better than a machine that is no device.
   *
   * @param complain hears why the hook gave none
   */
  public Optional<String> deviceName(Consumer<String> complain) throws InterruptedException {
    if (hook.isPresent()) {
      try {
        return Optional.of(new NameHook(NameHook.TIME_LIMIT).name(hook.get()));
      } catch (IOException e) {
        complain.accept(
            "DEVICE_NAME_HOOK: %s; the name is %s instead"
                .formatted(e.getMessage(), name.orElse("the host's")));
      }
    }
    return name;
  }

  /** Whether there is such a file beside a configuration file. */
  public static boolean isBeside(Path configFile) {
    return Files.exists(pathBeside(configFile));
  }

  static Path pathBeside(Path configFile) {
    return configFile.toAbsolutePath().resolveSibling(FILE);
  }

  /**
   * Reads the file beside a configuration file.
   *
   * @throws ConfigException when it can't be used
   */
  public static RegisterSettings beside(Path configFile) {
    return read(pathBeside(configFile));
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException when it can't be used; the message names the member and what is allowed
   */
  public static RegisterSettings read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigException(file + " has more than " + MAX_BYTES + " bytes");
      }
      return of(file, Json.read(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + " does not exist", e);
    } catch (IOException e) {
      throw new ConfigException(file + " can't be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + " is no JSON object: " + e.getMessage(), e);
    }
  }

  private static RegisterSettings of(Path file, Map<String, @Nullable Object> json) {
    for (String member : json.keySet()) {
      if (!MEMBERS.contains(member)) {
        throw wrong(file, member, "unknown; known are " + String.join(", ", MEMBERS));
      }
    }
    String protocol = text(file, json, "REGISTRATION_PROTOCOL").orElse("https");
    if (!protocol.equals("https") && !protocol.equals("http")) {
      throw wrong(file, "REGISTRATION_PROTOCOL", "'" + protocol + "'; allowed: https, http");
    }
    String key = required(file, json, "API_KEY");
    if (!key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw wrong(file, "API_KEY", "no API key: it has characters that no key has");
    }
    return new RegisterSettings(
        file,
        platform(file, protocol, required(file, json, "REGISTRATION_HOST")),
        new Permission.ApiKey(required(file, json, "PROJECT_ID"), key),
        text(file, json, "DEVICE_NAME"),
        text(file, json, "DEVICE_NAME_HOOK")
            .map(hook -> file.toAbsolutePath().resolveSibling(hook)));
  }

  private static URI platform(Path file, String protocol, String host) {
    try {
      URI platform = new URI(protocol + "://" + host);
      if (platform.getHost() != null
          && platform.getRawUserInfo() == null
          && platform.getRawPath().isEmpty()
          && platform.getRawQuery() == null) {
        return platform;
      }
    } catch (URISyntaxException e) {
      throw wrong(file, "REGISTRATION_HOST", "'" + host + "'; allowed: host or host:port");
    }
    throw wrong(file, "REGISTRATION_HOST", "'" + host + "'; allowed: host or host:port");
  }

  private static String required(Path file, Map<String, @Nullable Object> json, String member) {
    return text(file, json, member).orElseThrow(() -> wrong(file, member, "missing"));
  }

  private static Optional<String> text(
      Path file, Map<String, @Nullable Object> json, String member) {
    Object value = json.get(member);
    if (value == null || value.equals("")) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text.strip());
    }
    throw wrong(file, member, "no text");
  }

  private static ConfigException wrong(Path file, String member, String what) {
    return new ConfigException(file + ": " + member + " is " + what);
  }
}

package com.iottly.cli.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The profiles of a user, in a file that nobody else may read (0600). A change replaces the file as
 * a whole.
 */
public final class Profiles {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path file;
  private final NavigableMap<String, Profile> profiles = new TreeMap<>();
  private Optional<String> current = Optional.empty();

  private Profiles(Path file) {
    this.file = file;
  }

  /** The file of the user with that environment, after the XDG base directory specification. */
  public static Path file(Map<String, String> environment) {
    String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return config.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", "."), ".config", "iottly", "profiles")
        : Path.of(config, "iottly", "profiles");
  }

  /**
   * What is in that file; nothing when there is none.
   *
   * @throws ProfileException when others may read it, or it is damaged
   */
  public static Profiles read(Path file) {
    Profiles profiles = new Profiles(file);
    if (!Files.exists(file)) {
      return profiles;
    }
    try {
      requirePrivate(file);
      JsonNode json = JSON.readTree(Files.readString(file));
      json.path("profiles")
          .properties()
          .forEach(entry -> profiles.profiles.put(entry.getKey(), Profile.of(entry.getValue())));
      profiles.current =
          Optional.of(json.path("current").asText("")).filter(profiles.profiles::containsKey);
      return profiles;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new ProfileException(
          file + " is damaged: repair it, or delete it and sign in again", e);
    } catch (IOException e) {
      throw new ProfileException("can't read " + file + ": " + e, e);
    }
  }

  private static void requirePrivate(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"))) {
      throw new ProfileException(
          file + " can be read by others, and has secrets in it: chmod 600 " + file);
    }
  }

  /** All of them by name. */
  public NavigableMap<String, Profile> all() {
    return profiles;
  }

  /** The name of the one that is used when none is named. */
  public Optional<String> current() {
    return current;
  }

  /**
   * The one of that name.
   *
   * @throws ProfileException when there is none
   */
  public Profile get(String name) {
    Profile profile = profiles.get(name);
    if (profile == null) {
      throw new ProfileException(
          "there is no profile '%s': %s"
              .formatted(
                  name,
                  profiles.isEmpty()
                      ? "make one with 'iottly cli login URL'"
                      : "there are " + String.join(", ", profiles.keySet())));
    }
    return profile;
  }

  /** Keeps a profile, in the place of one with its name, and uses it from now on. */
  public void put(String name, Profile profile) {
    profiles.put(name, profile);
    use(name);
  }

  /** Uses the one of that name from now on. */
  public void use(String name) {
    Profile _ = get(name);
    current = Optional.of(name);
    write();
  }

  /** Forgets the one of that name. */
  public Profile remove(String name) {
    Profile removed = get(name);
    profiles.remove(name);
    current = current.filter(profiles::containsKey);
    write();
    return removed;
  }

  private void write() {
    ObjectNode json = JSON.createObjectNode();
    current.ifPresent(name -> json.put("current", name));
    ObjectNode all = json.putObject("profiles");
    profiles.forEach((name, profile) -> all.set(name, profile.json()));
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder, OWNER_ONLY_FOLDER);
      Path written = Files.createTempFile(folder, "profiles", ".new", OWNER_ONLY);
      Files.writeString(written, json.toPrettyString() + "\n");
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ProfileException("can't write " + file + ": " + e, e);
    }
  }
}

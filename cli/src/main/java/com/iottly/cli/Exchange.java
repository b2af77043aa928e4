package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.http.Platform;
import com.iottly.cli.profile.Profiles;
import com.iottly.cli.profile.Target;
import com.iottly.cli.show.Column;
import com.iottly.cli.show.Table;
import com.iottly.cli.show.Text;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of a command: whom it speaks to and where its words go. One thread. */
final class Exchange implements AutoCloseable {

  private final Surroundings surroundings;
  private Optional<String> profile = Optional.empty();
  private Optional<String> project = Optional.empty();
  private boolean json;
  private @Nullable Target target;
  private @Nullable Platform platform;
  private @Nullable String projectId;

  Exchange(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  void useProfile(String name) {
    profile = Optional.of(name);
  }

  void useProject(String nameOrId) {
    project = Optional.of(nameOrId);
  }

  void useJson(boolean wanted) {
    json = wanted;
  }

  boolean isJson() {
    return json;
  }

  Profiles profiles() {
    return Profiles.read(Profiles.file(surroundings.environment()));
  }

  /** The name of the profile that was named. */
  Optional<String> namedProfile() {
    return profile;
  }

  private Target target() {
    if (target == null) {
      target = Target.of(surroundings.environment(), profiles(), profile);
    }
    return target;
  }

  Platform platform() {
    if (platform == null) {
      platform = new Platform(target().url(), target().ca(), target().credential());
    }
    return platform;
  }

  Instant now() {
    return surroundings.clock().instant();
  }

  /** The project that was named. */
  Optional<String> namedProject() {
    return project;
  }

  /** The id of the project that is meant. */
  String project() {
    if (projectId == null) {
      projectId =
          project
              .or(() -> target().project())
              .map(this::project)
              .or(() -> only(platform()))
              .orElseThrow(() ->
                  new CliException(
                      ExitCode.USAGE,
                      "which project? Name it with --project, set IOTTLY_PROJECT_ID, or keep one"
                          + " in the profile: iottly cli project use PROJECT"));
    }
    return projectId;
  }

  /** The id of the project of that name or id. */
  String project(String nameOrId) {
    return find(platform(), nameOrId);
  }

  /** The id of the platform's project of that name or id. */
  static String find(Platform platform, String nameOrId) {
    return Named.PROJECT.isId(nameOrId)
        ? nameOrId
        : Named.PROJECT.find(
            nameOrId,
            sink ->
                platform.each(
                    "projects",
                    Map.of("search", nameOrId),
                    "projects",
                    Paging.CURSOR,
                    Integer.MAX_VALUE,
                    sink));
  }

  /** The id of the only project that one sees there. */
  static Optional<String> only(Platform platform) {
    JsonNode projects = platform.get("projects", Map.of("limit", "2")).path("projects");
    return Optional.of(projects.path(0).path("id").asText()).filter(_ -> projects.size() == 1);
  }

  /** A path below the project's. */
  String in(String path) {
    return "project/" + project() + (path.isEmpty() ? "" : "/" + path);
  }

  /** The path of the device of that name or id. */
  String device(String nameOrId) {
    return in("device/" + deviceId(nameOrId));
  }

  String deviceId(String nameOrId) {
    return Named.DEVICE.isId(nameOrId)
        ? nameOrId
        : Named.DEVICE.find(
            nameOrId,
            sink ->
                platform()
                    .each(
                        in("devices"),
                        Map.of("search", nameOrId),
                        "devices",
                        Paging.CURSOR,
                        Integer.MAX_VALUE,
                        sink));
  }

  /** Prints a list of the API, as a JSON array or as a table. */
  int list(
      String path,
      Map<String, String> query,
      String member,
      Paging paging,
      Limit limit,
      List<Column> columns) {
    if (json) {
      JsonArray array = new JsonArray(surroundings.out());
      boolean _ = platform().each(path, query, member, paging, limit.count(), array::add);
      array.end();
      return ExitCode.DONE;
    }
    Table table = new Table(columns, now());
    boolean more = platform().each(path, query, member, paging, limit.count(), table::add);
    if (table.isEmpty()) {
      remark("There are none.");
    } else {
      table.lines(surroundings.colours()).forEach(surroundings.out()::println);
    }
    if (more) {
      remark("There may be more: see --limit.");
    }
    return ExitCode.DONE;
  }

  /** Prints one element, as a JSON object or with a line for each column. */
  int show(JsonNode element, List<Column> columns) {
    if (json) {
      return document(element);
    }
    Table.sheet(columns, element, now(), surroundings.colours())
        .forEach(surroundings.out()::println);
    return ExitCode.DONE;
  }

  /** Prints one of the two. */
  int say(JsonNode document, String text) {
    if (json) {
      return document(document);
    }
    text.lines().map(Text::safe).forEach(surroundings.out()::println);
    return ExitCode.DONE;
  }

  /** Prints one of the two. */
  int say(JsonNode document, Table table) {
    if (json) {
      return document(document);
    }
    table.lines(surroundings.colours()).forEach(surroundings.out()::println);
    return ExitCode.DONE;
  }

  private int document(JsonNode document) {
    document.toPrettyString().lines().map(Text::safe).forEach(surroundings.out()::println);
    return ExitCode.DONE;
  }

  /** Something a person should know besides; kept apart from what a script captures. */
  void remark(String sentence) {
    if (!json) {
      sentence.lines().map(Text::safe).forEach(surroundings.err()::println);
    }
  }

  /** Something everybody should know besides. */
  void warn(String sentence) {
    Cli.complain(surroundings, sentence);
  }

  @Override
  public void close() {
    if (platform != null) {
      platform.close();
    }
  }
}

package com.iottly.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.profile.Profiles;
import com.iottly.cli.show.Column;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "project",
    description = "Show, make and change projects.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli project list",
      "  iottly cli project use \"Cold rooms\"",
      "  iottly cli project show",
      "  iottly cli project create \"Cold rooms\" --tag north --retention 90d"
    })
final class ProjectCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("NAME", "name"),
          Column.text("TYPE", "type"),
          Column.text("TAGS", "tags"),
          Column.time("CREATED", "created"));
  private static final List<Column> ALL_COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("NAME", "name"),
          Column.text("TYPE", "type"),
          Column.text("TAGS", "tags"),
          Column.text("LICENSE CAP", "license_cap"),
          Column.of(
              "RETENTION",
              project ->
                  "%d h, %d bytes"
                      .formatted(
                          project.path("retention_seconds").asLong() / 3_600,
                          project.path("retention_bytes").asLong())),
          Column.text("APPROVE RE-REGISTRATION", "approve_reregistration"),
          Column.time("CREATED", "created"));

  private final Exchange exchange;

  ProjectCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  /** What can be set. */
  static final class Settings {

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        description = "What its devices are, such as \"Linux ARM64\".")
    private @Nullable String type;

    @Option(names = "--tag", paramLabel = "T", split = ",", description = "A tag; repeatable.")
    private @Nullable List<String> tags;

    @Option(
        names = "--retention",
        paramLabel = "AGE",
        description = "How long messages are kept, such as 90d.")
    private @Nullable Duration retention;

    @Option(
        names = "--approve-reregistration",
        paramLabel = "true|false",
        arity = "1",
        description = "Whether a machine that takes a connected device's place waits for you.")
    private @Nullable Boolean approveReregistration;

    ObjectNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      if (type != null) {
        json.put("type", type);
      }
      if (tags != null) {
        ArrayNode array = json.putArray("tags");
        tags.forEach(array::add);
      }
      if (retention != null) {
        json.put("retention_seconds", retention.toSeconds());
      }
      if (approveReregistration != null) {
        json.put("approve_reregistration", approveReregistration);
      }
      return json;
    }
  }

  @Command(name = "list", description = "Show the projects that you see.")
  int list(
      @Option(names = "--search", paramLabel = "TEXT", description = "Only with this in the name.")
          @Nullable String search,
      @Option(names = "--tag", paramLabel = "T", description = "Only with this tag.")
          @Nullable String tag,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "all",
              description = "At most so many; default ${DEFAULT-VALUE}.")
          Limit limit) {
    Map<String, String> query = new LinkedHashMap<>();
    Query.put(query, "search", search);
    Query.put(query, "tag", tag);
    return exchange.list("projects", query, "projects", Paging.CURSOR, limit, COLUMNS);
  }

  @Command(name = "show", description = "Show a project; without a name, the one in use.")
  int show(
      @Parameters(arity = "0..1", paramLabel = "PROJECT", description = "Its name or id.")
          @Nullable String project) {
    return exchange.show(exchange.platform().get(path(project), Map.of()), ALL_COLUMNS);
  }

  private String path(@Nullable String project) {
    return "project/" + (project == null ? exchange.project() : exchange.project(project));
  }

  @Command(name = "use", description = "Keep a project in the profile, for all that follows.")
  int use(@Parameters(paramLabel = "PROJECT", description = "Its name or id.") String project) {
    var found = exchange.platform().get("project/" + exchange.project(project), Map.of());
    Profiles profiles = exchange.profiles();
    String profile =
        exchange
            .namedProfile()
            .or(profiles::current)
            .orElseThrow(() ->
                new CliException(
                    ExitCode.USAGE,
                    "there is no profile to keep it in: set IOTTLY_PROJECT_ID, or sign in with"
                        + " 'iottly cli login URL'"));
    profiles.put(profile, profiles.get(profile).with(found.path("id").asText()));
    return exchange.show(found, COLUMNS);
  }

  @Command(
      name = "create",
      description = "Make a project and print its id; needs an administrator's session.",
      footerHeading = "%nExample:%n",
      footer = "  PROJECT=$(iottly cli project create \"Cold rooms\" --type \"Linux ARM64\")")
  int create(
      @Parameters(paramLabel = "NAME", description = "What to call it.") String name,
      @Mixin Settings settings) {
    ObjectNode body = settings.json();
    var made = exchange.platform().change("POST", "projects", body.put("name", name));
    return exchange.say(made, made.path("id").asText());
  }

  @Command(name = "update", description = "Change a project; what is left out stays.")
  int update(
      @Parameters(paramLabel = "PROJECT", description = "Its name or id.") String project,
      @Option(names = "--name", paramLabel = "NAME", description = "Another name.")
          @Nullable String name,
      @Mixin Settings settings) {
    ObjectNode body = settings.json();
    if (name != null) {
      body.put("name", name);
    }
    return exchange.show(exchange.platform().change("PATCH", path(project), body), ALL_COLUMNS);
  }

  @Command(
      name = "delete",
      description = "Delete a project with its devices, keys, webhooks and definitions.")
  int delete(
      @Parameters(paramLabel = "PROJECT", description = "Its name or id.") String project,
      @Option(names = "--yes", required = true, description = "You mean it.") boolean yes) {
    var answer = exchange.platform().change("DELETE", path(project), null);
    return exchange.say(answer, "Deleted the project " + project + ".");
  }
}

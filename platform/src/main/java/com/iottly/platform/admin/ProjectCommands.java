package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.DeviceType;
import com.iottly.platform.fleet.Project;
import com.iottly.platform.fleet.ProjectSettings;
import com.iottly.platform.fleet.Projects;
import com.iottly.platform.fleet.Saved;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "project",
    description = "Make, show, change and delete projects.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly admin project create \"Cold rooms\" --tag lab --retention 90d",
      "  iottly admin project list --json",
      "  iottly admin project delete 5f0c8e6b1d2a3c4b5a697887 --yes"
    })
final class ProjectCommands {

  private final Exchange exchange;

  ProjectCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(
      name = "create",
      description = "Make a project and print its id.",
      footerHeading = "%nExample:%n",
      footer = "  PROJECT=$(iottly admin project create Meters --type \"Linux ARM64\")")
  int create(
      @Parameters(paramLabel = "NAME", description = "Its name, 1 to 100 characters.") String name,
      @Option(
              names = "--type",
              paramLabel = "TYPE",
              defaultValue = "Linux AMD64",
              description = "What its devices are, such as \"Linux ARM64\"; default Linux AMD64.")
          DeviceType type,
      @Option(names = "--tag", paramLabel = "T", description = "A word to find it by; repeatable.")
          @Nullable List<String> tags,
      @Mixin ProjectOptions options) {
    Projects projects = exchange.rooms().fleet().projects();
    Saved<Project> saved =
        projects.create(
            name, type, tags == null ? List.of() : tags, options.over(ProjectSettings.defaults()));
    return switch (saved) {
      case Saved.Done<Project>(Project project) ->
          exchange.show(json(project), project.id().value());
      case Saved.Refused<Project>(String problem) -> exchange.refuse(problem);
      case Saved.Missing<Project>() -> exchange.refuse("the project was deleted meanwhile");
    };
  }

  @Command(name = "list", description = "Show all projects, oldest first.")
  int list() {
    ArrayNode all = Exchange.array();
    Table table = new Table("ID", "NAME", "TYPE", "TAGS", "CREATED");
    for (Project project : exchange.rooms().fleet().projects().list()) {
      all.add(json(project));
      table.add(
          project.id(),
          project.name(),
          project.deviceType().label(),
          project.tags().isEmpty() ? null : String.join(", ", project.tags()),
          project.created());
    }
    return exchange.show(all, all.isEmpty() ? "There are no projects." : table.toString());
  }

  @Command(name = "show", description = "Show a project with its settings.")
  int show(@Parameters(paramLabel = "PROJECT", description = "Its id.") ProjectId id) {
    return exchange
        .rooms()
        .fleet()
        .projects()
        .find(id)
        .map(project -> exchange.show(json(project), text(project)))
        .orElseGet(() -> exchange.noProject(id));
  }

  @Command(
      name = "update",
      description = "Change a project; what is left out stays as it is.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  iottly admin project update 5f0c8e6b1d2a3c4b5a697887 --name \"Cold rooms north\"",
        "  iottly admin project update 5f0c8e6b1d2a3c4b5a697887 --retention-bytes 50GiB"
      })
  int update(
      @Parameters(paramLabel = "PROJECT", description = "Its id.") ProjectId id,
      @Option(names = "--name", paramLabel = "NAME", description = "Its new name.")
          @Nullable String name,
      @Option(names = "--tag", paramLabel = "T", description = "Replaces all tags; repeatable.")
          @Nullable List<String> tags,
      @Option(names = "--no-tags", description = "Takes all tags away.") boolean noTags,
      @Mixin ProjectOptions options) {
    if (noTags && tags != null) {
      return exchange.refuse("--tag and --no-tags exclude each other: leave one out");
    }
    Projects projects = exchange.rooms().fleet().projects();
    Optional<Project> found = projects.find(id);
    if (found.isEmpty()) {
      return exchange.noProject(id);
    }
    Project before = found.get();
    List<String> newTags = noTags ? List.of() : tags == null ? before.tags() : tags;
    Saved<Project> saved =
        projects.update(
            id, name == null ? before.name() : name, newTags, options.over(before.settings()));
    return switch (saved) {
      case Saved.Done<Project>(Project project) -> exchange.show(json(project), text(project));
      case Saved.Refused<Project>(String problem) -> exchange.refuse(problem);
      case Saved.Missing<Project>() -> exchange.noProject(id);
    };
  }

  @Command(
      name = "delete",
      description = "Delete a project with its keys, licenses, devices and definitions.")
  int delete(
      @Parameters(paramLabel = "PROJECT", description = "Its id.") ProjectId id,
      @Option(names = "--yes", description = "I mean it.") boolean yes) {
    Optional<Project> project = exchange.rooms().fleet().projects().find(id);
    if (project.isEmpty()) {
      return exchange.noProject(id);
    }
    String name = project.get().name();
    if (!yes) {
      return exchange.refuse(
          "this would end the access of every key and device of the project \""
              + name
              + "\": say --yes if you mean it");
    }
    return exchange.rooms().fleet().projects().delete(id)
        ? exchange.show(
            Exchange.object().put("id", id.value()).put("deleted", true),
            "Deleted the project \"" + name + "\".")
        : exchange.noProject(id);
  }

  private static ObjectNode json(Project project) {
    ObjectNode json =
        Exchange.object()
            .put("id", project.id().value())
            .put("name", project.name())
            .put("type", project.deviceType().label());
    ArrayNode tags = json.putArray("tags");
    project.tags().forEach(tags::add);
    ProjectSettings settings = project.settings();
    return json.put("license_cap", settings.licenseCap())
        .put("retention_seconds", settings.retentionAge().toSeconds())
        .put("retention_bytes", settings.retentionBytes())
        .put("approve_reregistration", settings.approveReregistration())
        .put("created", project.created().toString());
  }

  private static String text(Project project) {
    ProjectSettings settings = project.settings();
    Table table = new Table("id", project.id().value());
    table.add("name", project.name());
    table.add("type", project.deviceType().label());
    table.add("tags", project.tags().isEmpty() ? null : String.join(", ", project.tags()));
    table.add("license cap", settings.licenseCap() == null ? "none" : settings.licenseCap());
    table.add("retention", Amounts.text(settings.retentionAge()));
    table.add("retention bytes", Amounts.text(settings.retentionBytes()));
    table.add("approve reregistration", settings.approveReregistration());
    table.add("created", project.created());
    return table.toString();
  }
}

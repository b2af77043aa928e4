package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.ApiKey;
import com.iottly.platform.access.ApiKeys.Creation;
import com.iottly.platform.access.Scope;
import com.iottly.platform.core.ProjectId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "key",
    description = "Make, show and delete a project's API keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly admin key create 5f0c8e6b1d2a3c4b5a697887 --description Reporting --scope read",
      "  iottly admin key list 5f0c8e6b1d2a3c4b5a697887",
      "  iottly admin key delete 5f0c8e6b1d2a3c4b5a697887 0b6f4b4e-93d8-4a51-9a5e-0f3f8f8b7c11"
    })
final class KeyCommands {

  private final Exchange exchange;

  KeyCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(
      name = "create",
      description = "Make an API key and print its secret, which is never shown again.",
      footerHeading = "%nExample:%n",
      footer = {
        "  KEY=$(iottly admin key create 5f0c8e6b1d2a3c4b5a697887 \\",
        "    --description \"Analytics dashboard\" --scope read --expires 90d)"
      })
  int create(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Option(
              names = "--description",
              paramLabel = "D",
              required = true,
              description = "Whose or what for it is, 1 to 200 characters.")
          String description,
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              split = ",",
              description = {
                "What it is good for: provision, read, command, manage, remote; repeatable.",
                "Default: provision, read, command."
              })
          @Nullable List<Scope> scopes,
      @Option(names = "--expires", paramLabel = "AGE", description = "It ends after, such as 90d.")
          @Nullable Duration life) {
    Instant expires = life == null ? null : exchange.rooms().clock().instant().plus(life);
    Set<Scope> allowed = scopes == null ? Scope.defaults() : Set.copyOf(scopes);
    return switch (exchange.rooms().keys().create(project, description, allowed, expires)) {
      case Creation.Created(ApiKey key, String secret) ->
          exchange.show(
              json(key).put("secret", secret), secret, "Keep this secret: it is not shown again.");
      case Creation.Refused(String problem) -> exchange.refuse(problem);
      case Creation.ProjectUnknown() -> exchange.noProject(project);
    };
  }

  @Command(name = "list", description = "Show a project's API keys without their secrets.")
  int list(@Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId id) {
    if (exchange.lacks(id)) {
      return exchange.noProject(id);
    }
    ArrayNode all = Exchange.array();
    Table table = new Table("ID", "DESCRIPTION", "SCOPES", "CREATED", "EXPIRES", "LAST USED");
    for (ApiKey key : exchange.rooms().keys().list(id)) {
      all.add(json(key));
      table.add(
          key.id(),
          key.description(),
          String.join(",", scopes(key)),
          key.created(),
          key.expires(),
          key.lastUsed());
    }
    return exchange.show(all, all.isEmpty() ? "The project has no API keys." : table.toString());
  }

  @Command(name = "delete", description = "Delete an API key; it is void at once.")
  int delete(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "KEY", description = "The key's id, see list.") UUID key) {
    return exchange.rooms().keys().delete(project, key)
        ? exchange.show(
            Exchange.object().put("id", key.toString()).put("deleted", true),
            "Deleted the key " + key + ".")
        : exchange.refuse(
            "the project has no key " + key + ": see iottly admin key list " + project);
  }

  private static List<String> scopes(ApiKey key) {
    return key.scopes().stream().sorted().map(Scope::wireName).toList();
  }

  private static ObjectNode json(ApiKey key) {
    ObjectNode json =
        Exchange.object()
            .put("id", key.id().toString())
            .put("project", key.project().value())
            .put("description", key.description());
    ArrayNode scopes = json.putArray("scopes");
    scopes(key).forEach(scopes::add);
    Instant expires = key.expires();
    Instant lastUsed = key.lastUsed();
    return json.put("created", key.created().toString())
        .put("expires", expires == null ? null : expires.toString())
        .put("last_used", lastUsed == null ? null : lastUsed.toString());
  }
}

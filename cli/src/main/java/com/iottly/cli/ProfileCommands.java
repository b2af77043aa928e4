package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.ApiException;
import com.iottly.cli.http.Credential;
import com.iottly.cli.http.Platform;
import com.iottly.cli.http.UnreachableException;
import com.iottly.cli.profile.Profile;
import com.iottly.cli.profile.Profiles;
import com.iottly.cli.show.Column;
import com.iottly.cli.show.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "profile",
    description = "Show, choose and forget the platforms that you signed in to.",
    footerHeading = "%nExamples:%n",
    footer = {"  iottly cli profile list", "  iottly cli profile use work"})
final class ProfileCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.of("", profile -> profile.path("in_use").asBoolean() ? "*" : " "),
          Column.text("NAME", "name"),
          Column.text("URL", "url"),
          Column.text("AS", "as"),
          Column.text("PROJECT", "project"));

  private final Exchange exchange;

  ProfileCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "list", description = "Show the profiles, without their secrets.")
  int list() {
    Profiles profiles = exchange.profiles();
    var all = JsonNodeFactory.instance.arrayNode();
    Table table = new Table(COLUMNS, exchange.now());
    profiles
        .all()
        .forEach((name, profile) -> {
          ObjectNode json = json(name, profile, profiles.current().equals(Optional.of(name)));
          all.add(json);
          table.add(json);
        });
    if (table.isEmpty()) {
      exchange.remark("There are none: make one with iottly cli login URL");
    }
    return table.isEmpty() ? exchange.say(all, "") : exchange.say(all, table);
  }

  private static ObjectNode json(String name, Profile profile, boolean inUse) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", name)
        .put("url", profile.url().toString())
        .put("ca", profile.ca().map(Path::toString).orElse(null))
        .put("as", profile.credential().toString())
        .put("project", profile.project().orElse(null))
        .put("in_use", inUse);
  }

  @Command(name = "use", description = "Use that profile from now on.")
  int use(@Parameters(paramLabel = "NAME", description = "The profile.") String name) {
    Profiles profiles = exchange.profiles();
    profiles.use(name);
    return exchange.say(json(name, profiles.get(name), true), "Now in use: " + name);
  }

  @Command(
      name = "remove",
      description = {
        "Forget that profile; a user's session is ended on the platform too.",
        "An API key stays good: delete it with iottly cli key delete."
      })
  int remove(@Parameters(paramLabel = "NAME", description = "The profile.") String name) {
    Profile removed = exchange.profiles().remove(name);
    if (removed.credential() instanceof Credential.Person) {
      signOut(removed);
    }
    return exchange.say(json(name, removed, false), "Forgotten: " + name);
  }

  private void signOut(Profile removed) {
    try (Platform platform = new Platform(removed.url(), removed.ca(), removed.credential())) {
      JsonNode _ = platform.change("DELETE", "session", null);
    } catch (ApiException | UnreachableException e) {
      exchange.warn("the session may still be open on the platform: " + Cli.sentence(e));
    }
  }
}

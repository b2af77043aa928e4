package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command against the real platform, as people see it and as JSON. */
class EveryCommandTest {

  @TempDir static Path folder;
  private static TestServer server;
  private final Client client = server.client();

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(folder.resolve("data"));
    server.admin("correct horse battery\n", "user", "create", "ada", "--administrator", "--json");
    server.admin("correct horse battery\n", "user", "create", "grace", "--json");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** One who signed in, with a profile in a folder of its own. */
  private Client person(String name) {
    Client person =
        new Client()
            .with("XDG_CONFIG_HOME", folder.resolve(name).toString())
            .reading("correct horse battery\n");
    person.run("login", server.url(), "--user", name).done();
    return person;
  }

  @Test
  void pingSaysThatThePlatformIsThere() {
    assertThat(client.run("ping").line()).isEqualTo("pong");
    assertThat(client.run("ping", "--json").json().path("status").asText()).isEqualTo("pong");
  }

  @Test
  void devicesAreListedShownRenamedTaggedRevokedAndDeletedByName() {
    TestServer.Device device = server.provision("Cold room 4");
    assertThat(client.run("device", "list").done().out())
        .startsWith("ID")
        .contains(device.id(), "Cold room 4", "disconnected", "1.8.0");
    assertThat(client.run("device", "show", "cold ROOM 4").done().out())
        .contains("MAC", "02:00:00");
    assertThat(client.run("device", "rename", "Cold room 4", "Cold room 5").done().out())
        .contains("Cold room 5");
    JsonNode tagged = client.run("device", "tag", "Cold room 5", "north", "cold", "--json").json();
    assertThat(tagged.path("tags")).hasSize(2);
    assertThat(client.run("device", "list", "--tag", "north", "--json").json()).hasSize(1);
    assertThat(client.run("device", "list", "--status", "connected", "--json").json()).isEmpty();
    assertThat(client.run("device", "list", "--search", "room 5", "--json").json()).hasSize(1);
    assertThat(client.run("device", "list", "--agent-version", "9", "--json").json()).isEmpty();
    assertThat(client.run("device", "revoke", device.id()).line()).contains("Revoked");
    assertThat(client.run("device", "approve", "Cold room 5").exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(client.run("device", "delete", "Cold room 5", "--erase-messages").line())
        .contains("Deleted");
    assertThat(client.run("device", "show", device.id()).exit()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void addPrintsACodeForScriptsAndTheInstallLineForPeople() {
    Client.Run added = client.run("device", "add", "Cold room 6");
    assertThat(added.line()).startsWith("ipc_");
    assertThat(added.err())
        .contains("iottly-agent provision --url " + server.url() + " --pair-code " + added.line())
        .contains("configure.sh -c " + added.line() + " -rh " + server.url());
    JsonNode json = client.run("device", "add", "Cold room 6", "--json").json();
    assertThat(json.path("install").asText()).contains(json.path("pair_code").asText());
  }

  @Test
  void commandsAreSentAwaitedListedShownAndCancelled() throws Exception {
    TestServer.Device registered = server.provision("Commanded");
    try (ScriptedDevice device = new ScriptedDevice(server, registered)) {
      CompletableFuture<Client.Run> good =
          CompletableFuture.supplyAsync(
              () -> client.run("command", "send", "Commanded", "echo", "--wait", "30s"));
      device.reply("succeeded");
      assertThat(good.get().done().out()).contains("succeeded", "hello world");
      CompletableFuture<Client.Run> bad =
          CompletableFuture.supplyAsync(() ->
              client.run(
                  "command",
                  "send",
                  "Commanded",
                  "examplecommand",
                  "status=stop",
                  "--wait",
                  "30",
                  "--json"));
      device.reply("failed");
      assertThat(bad.get().exit()).isEqualTo(ExitCode.UNSUCCESSFUL);
      assertThat(bad.get().out()).contains("\"failed\"", "as told");
    }
    Client.Run undecided =
        client.run("command", "send", "Commanded", "echo", "content:=5", "--wait", "1", "--json");
    assertThat(undecided.exit()).isEqualTo(ExitCode.UNDECIDED);
    assertThat(undecided.out()).contains("\"content\" : 5");
    JsonNode all = client.run("command", "list", "Commanded", "--json").json();
    assertThat(all).hasSize(3);
    assertThat(client.run("command", "list", "Commanded", "--limit", "1").done().err())
        .contains("--limit");
    String waiting = all.path(0).path("id").asText();
    assertThat(client.run("command", "show", "Commanded", waiting).done().out()).contains("queued");
    assertThat(client.run("command", "cancel", "Commanded", waiting).done().out())
        .contains("cancelled");
    assertThat(client.run("command", "show", "Commanded", waiting, "--wait", "5").exit())
        .isEqualTo(ExitCode.UNSUCCESSFUL);
    assertThat(client.run("command", "send", "Commanded", "echo", "--ttl", "0").exit())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void theSameIdempotencyKeySendsOneCommandOnly() {
    server.provision("Once");
    String[] send = {"command", "send", "Once", "echo", "--idempotency-key", "k1", "--json"};
    String first = client.run(send).json().path("id").asText();
    JsonNode again = client.run(send).json();
    assertThat(again.path("id").asText()).isEqualTo(first);
    assertThat(again.path("repeated").asBoolean()).isTrue();
  }

  @Test
  void messagesAreFilteredByTimeTypeChannelAndQuery() throws Exception {
    TestServer.Device registered = server.provision("Talking");
    try (ScriptedDevice device = new ScriptedDevice(server, registered)) {
      device.say("warm", List.of("{\"celsius\":4.50}"));
      device.say("cold", List.of("{\"celsius\":-20}", "{\"celsius\":-21}"));
    }
    assertThat(client.run("messages", "Talking", "--type", "userdefined").done().out().lines())
        .hasSize(4)
        .first()
        .asString()
        .startsWith("TIME (UTC)");
    assertThat(client.run("messages", "Talking", "--channel", "warm").done().out())
        .contains("warm", "{\"celsius\":4.50}")
        .doesNotContain("cold");
    JsonNode cold =
        client
            .run("messages", "Talking", "--query", "{\"payload.celsius\":{\"$lt\":0}}", "--json")
            .json();
    assertThat(cold).hasSize(2);
    assertThat(cold.path(0).path("payload").path("celsius").asInt()).isEqualTo(-21);
    assertThat(client.run("messages", "Talking", "--from", "1h", "--limit", "1", "--json").json())
        .hasSize(1);
    assertThat(client.run("messages", "Talking", "--to", "1h", "--json").json()).isEmpty();
    assertThat(client.run("messages", "Talking", "--limit", "2").done().err()).contains("--limit");
  }

  @Test
  void definitionsAreListedShownMadeReplacedAndDeleted() throws Exception {
    assertThat(client.run("definition", "list").done().out())
        .contains("echo", "examplecommand", "status=start|stop");
    String json =
        "{\"type\":\"setpoint\",\"direction\":\"command\",\"keywords\":"
            + "[{\"name\":\"celsius\",\"type\":\"FreeValue\"}]}";
    Path file = Files.writeString(folder.resolve("setpoint.json"), json);
    assertThat(client.run("definition", "create", file.toString()).done().out())
        .contains("celsius=…");
    client.reading(json.replace("celsius", "kelvin"));
    assertThat(client.run("definition", "update", "setpoint", "-").done().out()).contains("kelvin");
    assertThat(client.run("definition", "show", "setpoint", "--json").json().path("type").asText())
        .isEqualTo("setpoint");
    assertThat(client.run("definition", "delete", "setpoint").line()).contains("Deleted");
    assertThat(client.run("definition", "show", "setpoint").exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(client.reading("nonsense").run("definition", "create", "-").exit())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void licensesAreMadeListedAndRevoked() {
    List<String> made = client.run("license", "create", "3").done().out().lines().toList();
    assertThat(made).hasSize(3).allMatch(token -> token.matches("[0-9a-f]{32}"));
    assertThat(client.run("license", "list", "--status", "available").done().out()).contains(made);
    assertThat(client.run("license", "revoke", made.getFirst()).line()).contains("Revoked");
    assertThat(client.run("license", "list", "--json").done().out())
        .doesNotContain(made.getFirst())
        .contains(made.getLast());
  }

  @Test
  void aKeyIsMadeWithScopesAndAnEndAndItsSecretIsPrintedOnce() {
    Client.Run made =
        client.run("key", "create", "Reporting service", "--scope", "read", "--expires", "90d");
    String secret = made.line();
    assertThat(made.err()).doesNotContain(secret).contains("not shown again");
    assertThat(server.client().with("IOTTLY_API_KEY", secret).run("device", "list").exit())
        .isZero();
    Client.Run listed = client.run("key", "list");
    assertThat(listed.done().out()).contains("Reporting service", "in 89 d").doesNotContain(secret);
    assertThat(client.run("key", "delete", "Reporting service").line()).contains("Deleted");
    assertThat(server.client().with("IOTTLY_API_KEY", secret).run("ping").exit())
        .isEqualTo(ExitCode.NOT_SIGNED_IN);
  }

  @Test
  void aPersonManagesProjectsAndMembers() {
    Client ada = person("ada");
    String project = ada.run("project", "create", "Warm rooms", "--tag", "south").line();
    assertThat(ada.run("project", "list").done().out()).contains("Warm rooms", "Cold rooms");
    Client.Run which = person("ada").run("device", "list");
    assertThat(which.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(which.err()).contains("--project", "IOTTLY_PROJECT_ID", "project use");
    assertThat(ada.run("project", "use", "Warm rooms").done().out()).contains(project);
    assertThat(ada.run("project", "update", project, "--retention", "48h").done().out())
        .contains("48 h");
    assertThat(ada.run("project", "show", "--json").json().path("tags").path(0).asText())
        .isEqualTo("south");
    assertThat(ada.run("member", "set", "grace", "operator").done().out()).contains("operator");
    assertThat(ada.run("member", "list").done().out()).contains("grace");
    assertThat(ada.run("device", "list", "--project", "Cold rooms", "--json").exit()).isZero();

    Client grace = person("grace");
    assertThat(grace.run("project", "show").done().out()).contains("Warm rooms");
    Client.Run refused = grace.run("member", "remove", "ada");
    assertThat(refused.exit()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(refused.err()).contains("role_missing", "403");

    assertThat(ada.run("member", "remove", "grace").line()).contains("Removed");
    assertThat(ada.run("audit", "--whole-installation", "--actor", "ada").done().out())
        .contains("127.0.0.1");
    assertThat(ada.run("project", "delete", "Warm rooms").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(ada.run("project", "delete", "Warm rooms", "--yes").line()).contains("Deleted");
  }

  @Test
  void theAuditLogSaysWhoDidWhat() {
    client.run("license", "create", "1").done();
    assertThat(client.run("audit", "--action", "license", "--from", "1h").done().out())
        .startsWith("WHEN")
        .contains("license");
    assertThat(client.run("audit", "--to", "1h", "--json").json()).isEmpty();
  }

  @Test
  void removingAPersonsProfileEndsTheSession() throws Exception {
    Client ada = person("ada");
    Path profiles = folder.resolve("ada/iottly/profiles");
    String before = Files.readString(profiles);
    assertThat(ada.run("profile", "list").done().out()).contains("default", "user ada");
    assertThat(ada.run("profile", "remove", "default").done().err()).isEmpty();
    assertThat(Files.readString(profiles)).doesNotContain("csrf");
    Files.writeString(profiles, before);
    assertThat(ada.run("project", "list").exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
  }
}

package com.iottly.platform.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.iottly.platform.access.ApiKeys.Verdict;
import com.iottly.platform.access.Scope;
import com.iottly.platform.access.Users.SignIn;
import com.iottly.platform.admin.Installation.Outcome;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Machine;
import com.iottly.platform.fleet.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminCommandsTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final String NOWHERE = "0123456789abcdef01234567";
  private static final String NOBODY = "4d1b9a34-6c1f-4f5e-8a55-0c9f5b0c7a21";

  @TempDir Path temp;
  private Installation installation;

  @BeforeEach
  void open() {
    installation = new Installation(temp.resolve("data"));
  }

  @AfterEach
  void close() {
    installation.close();
  }

  private String done(String... arguments) {
    Outcome outcome = installation.run(arguments);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome.out().strip();
  }

  private JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Outcome outcome = installation.run(all.toArray(String[]::new));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return parse(outcome.out());
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not one JSON document: " + text, e);
    }
  }

  private void refused(String sentence, String... arguments) {
    Outcome outcome = installation.run(arguments);
    assertThat(outcome.exit()).as(outcome.out()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("iottly admin: ").contains(sentence);
  }

  private void misused(String sentence, String... arguments) {
    Outcome outcome = installation.run(arguments);
    assertThat(outcome.exit()).as(outcome.out()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(sentence).contains("--help");
  }

  private ProjectId project() {
    return new ProjectId(done("project", "create", "Meters"));
  }

  @Test
  void aProjectIsCreatedWithEverySetting() {
    String id =
        done(
            "project",
            "create",
            "Cold rooms",
            "--type",
            "Linux ARM64",
            "--tag",
            "lab",
            "--tag",
            "north",
            "--license-cap",
            "3",
            "--retention",
            "12h",
            "--retention-bytes",
            "2GiB",
            "--approve-reregistration",
            "false");
    JsonNode shown = json("project", "show", id);
    assertThat(shown)
        .isEqualTo(
            parse(
                """
                {"id":"%s","name":"Cold rooms","type":"Linux ARM64","tags":["lab","north"],
                 "license_cap":3,"retention_seconds":43200,"retention_bytes":2147483648,
                 "approve_reregistration":false,"created":"2026-03-01T12:00:00.123Z"}
                """
                    .formatted(id)));
    assertThat(json("project", "list")).isEqualTo(parse("[" + shown + "]"));
    assertThat(done("project", "show", id)).contains("12h").contains("2GiB").contains("lab, north");
    assertThat(done("project", "list").lines()).hasSize(2).last().asString().startsWith(id);
  }

  @Test
  void aProjectWithABadSettingIsNotCreated() {
    refused("retention age", "project", "create", "Meters", "--retention", "1s");
    refused("the project's name", "project", "create", " ");
    assertThat(json("project", "list")).isEmpty();
    assertThat(done("project", "list")).isEqualTo("There are no projects.");
  }

  @Test
  void anUpdateKeepsWhatItDoesNotName() {
    String id = done("project", "create", "Meters", "--tag", "a", "--license-cap", "5");
    JsonNode named = json("project", "update", id, "--name", "Pumps");
    assertThat(named.path("name").textValue()).isEqualTo("Pumps");
    assertThat(named.path("license_cap").intValue()).isEqualTo(5);
    assertThat(named.path("tags")).hasSize(1);
    JsonNode freed = json("project", "update", id, "--no-license-cap", "--no-tags");
    assertThat(freed.path("license_cap").isNull()).isTrue();
    assertThat(freed.path("tags")).isEmpty();
    assertThat(freed.path("retention_seconds").longValue()).isEqualTo(30 * 86_400);
    assertThat(done("project", "update", id, "--retention-bytes", "1MiB")).contains("1MiB");
    refused("at least", "project", "update", id, "--retention-bytes", "1048575");
    refused("exclude each other", "project", "update", id, "--no-tags", "--tag", "x");
    misused("--license-cap", "project", "update", id, "--no-license-cap", "--license-cap", "1");
    refused("there is no project", "project", "update", NOWHERE, "--name", "x");
  }

  @Test
  void aProjectIsDeletedOnlyWithYes() {
    String id = done("project", "create", "Meters");
    refused("--yes", "project", "delete", id);
    assertThat(json("project", "delete", id, "--yes").path("deleted").booleanValue()).isTrue();
    refused("there is no project " + id, "project", "show", id);
    refused("there is no project " + id, "project", "delete", id, "--yes");
  }

  @Test
  void aKeysSecretIsShownOnceAndWorks() {
    ProjectId project = project();
    Outcome made = installation.run("key", "create", project.value(), "--description", "Reporting");
    String secret = made.out().strip();
    assertThat(made.err()).contains("not shown again");
    installation.clock.advance(Duration.ofMillis(1));
    assertThat(installation.rooms.keys().verify(secret))
        .isInstanceOfSatisfying(
            Verdict.Valid.class,
            valid -> assertThat(valid.key().scopes()).isEqualTo(Scope.defaults()));
    JsonNode other =
        json(
            "key",
            "create",
            project.value(),
            "--description",
            "Shell",
            "--scope",
            "remote",
            "--scope",
            "read,command",
            "--expires",
            "90d");
    assertThat(other.path("scopes")).isEqualTo(parse("[\"read\",\"command\",\"remote\"]"));
    assertThat(other.path("expires").textValue()).isEqualTo("2026-05-30T12:00:00.124Z");
    assertThat(other.path("project").textValue()).isEqualTo(project.value());

    String list = done("key", "list", project.value());
    JsonNode listed = json("key", "list", project.value());
    String otherSecret = other.path("secret").textValue();
    assertThat(otherSecret).startsWith("iottly_");
    assertThat(list + listed).doesNotContain(secret).doesNotContain(otherSecret);
    assertThat(list).contains("Reporting", "Shell", "read,command,remote");
    assertThat(listed).hasSize(2);
    assertThat(listed.get(1).path("id")).isEqualTo(other.path("id"));

    installation.clock.advance(Duration.ofDays(90));
    assertThat(installation.rooms.keys().verify(otherSecret)).isInstanceOf(Verdict.Expired.class);
  }

  @Test
  void aDeletedKeyIsVoidAtOnce() {
    ProjectId project = project();
    JsonNode key = json("key", "create", project.value(), "--description", "Reporting");
    String secret = key.path("secret").textValue();
    assertThat(installation.rooms.keys().verify(secret)).isInstanceOf(Verdict.Valid.class);
    done("key", "delete", project.value(), key.path("id").textValue());
    assertThat(installation.rooms.keys().verify(secret)).isInstanceOf(Verdict.Unknown.class);
    assertThat(done("key", "list", project.value())).isEqualTo("The project has no API keys.");
    refused("has no key", "key", "delete", project.value(), key.path("id").textValue());
  }

  @Test
  void badKeysAreRefused() {
    ProjectId project = project();
    refused("description", "key", "create", project.value(), "--description", "");
    refused("there is no project", "key", "create", NOWHERE, "--description", "x");
    refused("there is no project", "key", "list", NOWHERE);
    misused("--description", "key", "create", project.value());
    misused(
        "provision, read, command, manage, remote",
        "key",
        "create",
        project.value(),
        "--description",
        "x",
        "--scope",
        "admin");
    misused("30d", "key", "create", project.value(), "--description", "x", "--expires", "soon");
    refused(
        "in the future", "key", "create", project.value(), "--description", "x", "--expires", "0d");
  }

  @Test
  void licensesAreMadeListedByPageAndDeleted() {
    String project = project().value();
    List<String> made = done("license", "create", project, "3").lines().toList();
    assertThat(made).hasSize(3).allMatch(token -> token.matches("[0-9a-f]{32}"));
    assertThat(json("license", "create", project)).hasSize(1);
    JsonNode all = json("license", "list", project);
    assertThat(all).hasSize(4);
    assertThat(all.get(0).path("status").textValue()).isEqualTo("available");
    String first = all.get(0).path("token").textValue();
    Outcome page = installation.run("license", "list", project, "--limit", "1", "--json");
    assertThat(parse(page.out())).hasSize(1).first().isEqualTo(all.get(0));
    assertThat(page.err()).contains("--after " + first);
    assertThat(json("license", "list", project, "--after", first)).hasSize(3);

    done("license", "delete", project, first);
    refused("has no license", "license", "delete", project, first);
    Device device = installation.device(new ProjectId(project), "02:00:00:00:00:01", "Cold room 4");
    refused("delete the device first", "license", "delete", project, device.license().value());
    assertThat(done("license", "list", project)).contains("paired").contains("Cold room 4");
    refused("license", "license", "create", project, "1001");
    refused("there is no project", "license", "create", NOWHERE);
    refused("there is no project", "license", "list", NOWHERE);
    misused("32", "license", "delete", project, "x");
  }

  @Test
  void devicesAreListedByPageWithTheirPresence() {
    ProjectId project = project();
    assertThat(done("device", "list", project.value())).isEqualTo("There are no devices.");
    for (int i = 1; i <= 3; i++) {
      installation.device(project, "02:00:00:00:00:0" + i, "Room " + i);
    }
    JsonNode all = json("device", "list", project.value());
    assertThat(all).hasSize(3);
    JsonNode first = all.get(0);
    installation.connected.add(DeviceId.parse(first.path("id").textValue()).orElseThrow());
    assertThat(json("device", "list", project.value(), "--limit", "3").get(0).path("status"))
        .hasToString("\"connected\"");
    assertThat(first.path("status").textValue()).isEqualTo("disconnected");
    assertThat(first.path("agent_version").textValue()).isEqualTo("1.0.0");
    Outcome page = installation.run("device", "list", project.value(), "--limit", "2");
    assertThat(page.out().lines()).hasSize(3);
    assertThat(page.err()).contains("--after " + all.get(1).path("id").textValue());
    assertThat(
            json("device", "list", project.value(), "--after", all.get(1).path("id").textValue()))
        .hasSize(1);
    assertThat(installation.run("device", "list", project.value(), "--limit", "3").err()).isEmpty();
    misused("1 to 10000", "device", "list", project.value(), "--limit", "10001");
    misused("1 to 10000", "device", "list", project.value(), "--limit", "0");
    misused("not a number", "device", "list", project.value(), "--limit", "ten");
    refused("there is no project", "device", "list", NOWHERE);
  }

  @Test
  void devicesAreRenamedRevokedAndDeleted() {
    ProjectId project = project();
    Device device = installation.device(project, "02:00:00:00:00:01", "Room 1");
    List<DeviceId> cut = new ArrayList<>();
    installation.rooms.fleet().devices().onRevoked(cut::add);
    String id = device.id().toString();
    assertThat(json("device", "rename", project.value(), id, "Room 2").path("name").textValue())
        .isEqualTo("Room 2");
    refused("name", "device", "rename", project.value(), id, "");
    assertThat(cut).isEmpty();
    done("device", "revoke", project.value(), id);
    assertThat(cut).containsExactly(device.id());
    assertThat(json("device", "delete", project.value(), id).path("deleted").booleanValue())
        .isTrue();
    assertThat(cut).hasSize(2);
    refused("has no device", "device", "delete", project.value(), id);
    refused("has no device", "device", "revoke", project.value(), id);
    refused("has no device", "device", "rename", project.value(), NOBODY, "x");
    refused("has no device", "device", "approve", project.value(), NOBODY);
    misused("lower-case UUID", "device", "revoke", project.value(), "7");
  }

  @Test
  void aWaitingMachineIsApproved() {
    ProjectId project = project();
    Device device = installation.device(project, "02:00:00:00:00:01", "Room 1");
    installation.connected.add(device.id());
    refused("no machine waits", "device", "approve", project.value(), device.id().toString());
    Machine newcomer = new Machine("02:00:00:00:00:01", "newcomer", null, null);
    assertThat(register(project, newcomer)).isInstanceOf(Registration.NeedsApproval.class);
    assertThat(done("device", "list", project.value())).contains("newcomer");
    refused(
        "does not wait",
        "device",
        "approve",
        project.value(),
        device.id().toString(),
        "--machine",
        "stranger");
    done("device", "approve", project.value(), device.id().toString());
    assertThat(register(project, newcomer)).isInstanceOf(Registration.Registered.class);
  }

  private Registration register(ProjectId project, Machine machine) {
    return installation
        .rooms
        .fleet()
        .devices()
        .register(project, machine, "Room 1", null, installation.connected::contains);
  }

  @Test
  void aPairCodeLetsADeviceRegister() {
    String project = project().value();
    Outcome made = installation.run("pair", project, "Cold room 4");
    assertThat(made.err()).contains("2026-03-01T13:00:00.123Z");
    Machine machine = new Machine("02:00:00:00:00:09", "m", null, null);
    assertThat(installation.rooms.fleet().devices().pair(made.out().strip(), machine, _ -> false))
        .isInstanceOfSatisfying(
            Registration.Registered.class,
            registered -> assertThat(registered.device().name()).isEqualTo("Cold room 4"));
    JsonNode other = json("pair", project, "Cold room 5");
    assertThat(other.path("pair_code").textValue()).startsWith("ipc_");
    assertThat(other.path("expires").textValue()).isEqualTo("2026-03-01T13:00:00.123Z");
    refused("there is no project", "pair", NOWHERE, "x");
    refused("name", "pair", project, "");
  }

  @Test
  void usersGetTheirPasswordsFromTheInput() {
    Outcome made = installation.runWith("correct horse\r\nsecond line\n", "user", "create", "Ada");
    assertThat(made.exit()).isZero();
    assertThat(made.out() + made.err()).doesNotContain("horse");
    assertThat(installation.rooms.users().verify("ada", "correct horse"))
        .isInstanceOf(SignIn.Accepted.class);
    Outcome changed = installation.runWith("battery staple", "user", "password", "ada", "--json");
    assertThat(parse(changed.out()).path("name").textValue()).isEqualTo("ada");
    assertThat(installation.rooms.users().verify("ada", "battery staple"))
        .isInstanceOf(SignIn.Accepted.class);
    assertThat(json("user", "list")).hasSize(1);
    assertThat(done("user", "list")).contains("ada");
    refused("--yes", "user", "delete", "ada");
    assertThat(json("user", "delete", "ada", "--yes").path("deleted").booleanValue()).isTrue();
    refused("there is no user ada", "user", "delete", "ada", "--yes");
    assertThat(done("user", "list")).isEqualTo("There are no users.");
  }

  @Test
  void badUsersAndPasswordsAreRefused() {
    refused("no password was given", "user", "create", "ada");
    assertThat(installation.runWith("\n", "user", "create", "ada").err())
        .contains("no password was given");
    assertThat(installation.runWith("x".repeat(5000), "user", "create", "ada").exit()).isEqualTo(1);
    Outcome weak = installation.runWith("hunter2", "user", "create", "ada");
    assertThat(weak.exit()).isEqualTo(1);
    assertThat(weak.err()).contains("10").doesNotContain("hunter2");
    assertThat(installation.runWith("correct horse", "user", "create", "a b").err())
        .contains("letters, digits");
    assertThat(installation.runWith("correct horse", "user", "password", "ada").err())
        .contains("there is no user ada");
    assertThat(json("user", "list")).isEmpty();
  }

  @Test
  void signingKeysRotateAndRetire() {
    assertThat(done("signing-key", "list")).contains("no signing keys yet");
    String first = done("signing-key", "rotate");
    installation.clock.advance(Duration.ofSeconds(1));
    ProjectId project = project();
    DeviceId device = new DeviceId(UUID.fromString(NOBODY));
    String token = installation.rooms.tokens().issue(project, device, 1);
    refused("rotate first", "signing-key", "retire", first);
    String second = json("signing-key", "rotate").path("id").textValue();
    JsonNode keys = json("signing-key", "list");
    assertThat(keys.findValuesAsText("state")).containsExactly("accepted", "signing");
    assertThat(keys.findValuesAsText("id")).containsExactly(first, second);
    assertThat(installation.rooms.tokens().verify(token).getClass().getSimpleName())
        .isEqualTo("Valid");
    assertThat(json("signing-key", "retire", first).path("state").textValue()).isEqualTo("retired");
    assertThat(installation.rooms.tokens().verify(token).getClass().getSimpleName())
        .isEqualTo("Invalid");
    assertThat(done("signing-key", "list")).contains("retired");
    refused("there is no signing key", "signing-key", "retire", "nothing");
  }

  @Test
  void jsonMayStandInFront() {
    assertThat(parse(done("--json", "project", "list"))).isEmpty();
  }

  @Test
  void aBrokenStoreIsASentence() {
    Installation closed = installation;
    closed.close();
    Outcome outcome = closed.run("project", "list");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("iottly admin: ").contains("see the log").hasLineCount(1);
    installation = new Installation(temp.resolve("data"));
  }
}

package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static com.iottly.platform.server.Answers.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls of the contract, §2, to the letter. */
class ApiContractTest {

  private static final String NOBODY = "7b0b3f3e-93d8-4a51-9a5e-0f3f8f8b7c11";
  private static final String NO_PROJECT = "0123456789abcdef01234567";

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static String project;
  private static Provisioned full;
  private static String foreignProject;
  private static String foreignDevice;

  @BeforeAll
  static void open() throws Exception {
    platform = TestPlatform.on(folder);
    project = "project/" + platform.project();
    full = platform.provision("full");
    foreignProject = platform.admin("project", "create", "Other", "--json").get("id").asText();
    foreignDevice = foreignDevice();
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static String foreignDevice() {
    String secret =
        platform
            .admin("key", "create", foreignProject, "--description", "other", "--json")
            .get("secret")
            .asText();
    Answer answer =
        platform.send(
            platform
                .plainRequest("agent/provision")
                .header("Authentication", "bearer " + secret)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"project\":\"%s\",\"macaddress\":\"02:ff:00:00:00:01\",\"machine_id\":\"m\"}"
                            .formatted(foreignProject))));
    return answer.json().at("/device/id").asText();
  }

  // Keys

  @ParameterizedTest
  @CsvSource({
    "Authentication, bearer",
    "authentication, Bearer",
    "AUTHENTICATION, BEARER",
    "Authorization, Bearer",
    "Authorization, bearer",
    "authorization, bEaReR",
  })
  void aKeyIsTakenFromEitherHeaderWithItsSchemeInAnyCase(String header, String scheme) {
    Answer answer =
        platform.send(
            platform.plainRequest("project/ping").header(header, scheme + " " + platform.key()));
    assertThat(answer.text()).isEqualTo("{\"status\": \"pong\"}");
    assertThat(answer.response().headers().firstValue("Content-Type")).contains("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "bearer", "bearer ", "basic x", "bearer x", "bearer iottly_x", "token"})
  void withoutAGoodKeyItIs401(String value) {
    for (String header : List.of("Authentication", "Authorization")) {
      Answer answer = platform.send(platform.plainRequest("project/ping").header(header, value));
      assertRefused(answer, 401, value.matches("bearer .+") ? "key_unknown" : "key_missing");
      assertThat(answer.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }
    assertRefused(platform.send(platform.plainRequest("project/ping")), 401, "key_missing");
    assertRefused(platform.send(platform.plainRequest(project + "/inspect")), 401, "key_missing");
    assertRefused(
        platform.send(
            platform
                .plainRequest("agent/provision")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"macaddress\":\"02:00:00:00:00:00\",\"machine_id\":\"m\"}"))),
        401,
        "key_missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect",
        "license",
        "license/00000000000000000000000000000000",
        "devices/props",
        "device/" + NOBODY + "/props",
        "messages/" + NOBODY,
        "device/" + NOBODY + "/messages/paginated",
        "device/" + NOBODY + "/command",
        "device/" + NOBODY + "/command/" + NOBODY,
      })
  void anotherProjectIs403WhetherItExistsOrNot(String path) {
    Answer foreign = platform.get("project/" + foreignProject + "/" + path);
    Answer unknown = platform.get("project/" + NO_PROJECT + "/" + path);
    assertRefused(foreign, 403, "wrong_project");
    assertThat(unknown.status()).isEqualTo(403);
    assertThat(unknown.text()).isEqualTo(foreign.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/props", "/messages/paginated", "/command", "/command/" + NOBODY})
  void anotherProjectsDeviceIs403LikeAnUnknownOne(String path) {
    Answer foreign = platform.get(platform.device(foreignDevice) + path);
    Answer unknown = platform.get(platform.device(NOBODY) + path);
    assertRefused(foreign, 403, "wrong_device");
    assertThat(unknown.status()).isEqualTo(403);
    assertThat(unknown.text()).isEqualTo(foreign.text());
  }

  @Test
  void messagesAndCommandsOfAnotherProjectsDeviceAre403Too() {
    assertThat(platform.get(project + "/messages/" + foreignDevice).text())
        .isEqualTo(platform.get(project + "/messages/" + NOBODY).text());
    String command = "{\"cmd_type\": \"echo\"}";
    Answer foreign = platform.post(platform.device(foreignDevice) + "/command", command);
    assertRefused(foreign, 403, "wrong_device");
    assertThat(platform.post(platform.device(NOBODY) + "/command", command).text())
        .isEqualTo(foreign.text());
    Answer rename = platform.put(platform.device(foreignDevice) + "/props", "{\"name\": \"x\"}");
    assertThat(rename.text()).isEqualTo(foreign.text());
  }

  // Project

  @Test
  void inspectIsOneLineThatAShellScriptReadsWithSed() throws Exception {
    Answer answer = platform.get(project + "/inspect");
    assertThat(answer.text())
        .isEqualTo(
            "{\"id\": \"%s\", \"name\": \"Test\", \"projectgetagenturl\": \"%s/agent/iottly-agent.tar.gz\", "
                    .formatted(platform.project(), platform.url())
                + "\"agentfile\": \"iottly-agent.tar.gz\", \"agentapihost\": \"%s\", \"board\": \"%s\"}"
                    .formatted(platform.url(), answer.json().get("board").asText()));
    for (String member : List.of("projectgetagenturl", "agentfile", "agentapihost")) {
      assertThat(sed(answer.text(), member)).isEqualTo(answer.json().get(member).asText());
    }
  }

  @Test
  void aPairCodeIsOneLineThatAShellScriptReadsWithSed() throws Exception {
    Answer answer = post(project + "/device/", "{\"name\": \"Cold room\"}", "text/plain");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).doesNotContain("\n").startsWith("{\"pair_code\": \"");
    assertThat(sed(answer.text(), "pair_code")).isEqualTo(answer.json().get("pair_code").asText());
    assertThat(Instant.parse(answer.json().get("expires").asText())).isAfter(Instant.now());
  }

  private static String sed(String json, String member) throws Exception {
    Process sed =
        new ProcessBuilder("sed", "-e", "s/^.*\"" + member + "\": \"\\([^\"]*\\)\".*$/\\1/")
            .start();
    sed.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    sed.getOutputStream().close();
    return new String(sed.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void aPairCodeMakesOneDeviceOnce() {
    String code =
        post(project + "/device", "{\"name\": \"Paired\"}", "application/json")
            .json()
            .get("pair_code")
            .asText();
    String machine =
        "{\"pair_code\": \"%s\", \"macaddress\": \"02:00:00:00:ee:01\", \"machine_id\": \"paired\"}"
            .formatted(code);
    Answer first = withoutKey("agent/provision", machine);
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(fields(first.json())).containsExactly("device", "project", "token", "endpoint");
    assertThat(first.json().get("endpoint").asText())
        .isEqualTo(platform.url().replace("http", "ws") + "/ws");
    assertThat(first.json().get("token").asText()).startsWith("eyJhbGciOiJSUzI1NiJ9.");
    String id = first.json().at("/device/id").asText();
    assertThat(platform.get(platform.device(id) + "/props").json().get("name").asText())
        .isEqualTo("Paired");
    assertRefused(withoutKey("agent/provision", machine), 401, "pair_code_used");
  }

  private static Answer withoutKey(String path, String body) {
    return platform.send(
        platform
            .plainRequest(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"project/ping", "%s/inspect", "%s/license", "%s/devices/props"})
  void aSlashAtTheEndMakesNoDifference(String template) {
    String path = template.formatted(project);
    assertThat(platform.get(path + "/").text()).isEqualTo(platform.get(path).text());
  }

  @Test
  void licensesAreAnObjectByTheirTokens() {
    String free =
        platform
            .admin("license", "create", platform.project(), "1", "--json")
            .get(0)
            .get("token")
            .asText();
    JsonNode all = platform.get(project + "/license/").json();
    JsonNode props = props(full.id());
    JsonNode paired = all.get(props.get("token").asText());
    assertThat(all.get(free)).isEqualTo(json("{\"status\": \"available\", \"board\": {}}"));
    assertThat(fields(paired)).containsExactly("status", "board");
    assertThat(paired.get("status").asText()).isEqualTo("paired");
    assertThat(fields(paired.get("board")))
        .containsExactly("macaddress", "operatingstatus", "id", "name");
    assertThat(paired.at("/board/id").asText()).isEqualTo(full.id());
    assertThat(paired.at("/board/macaddress").asText()).isEqualTo(full.mac());
    assertThat(fields(all)).allMatch(token -> token.matches("[0-9a-f]{32}"));

    JsonNode one = platform.get(project + "/license/" + free).json();
    assertThat(one)
        .isEqualTo(json("{\"" + free + "\": {\"status\": \"available\", \"board\": {}}}"));
    JsonNode other = platform.get(project + "/license/" + props.get("token").asText() + "/").json();
    assertThat(other.get(props.get("token").asText())).isEqualTo(paired);
    assertRefused(platform.get(project + "/license/" + "0".repeat(32)), 404, "license_unknown");
  }

  // Devices

  @Test
  void devicesAreListedWithTheirProperties() {
    Answer answer = platform.get(project + "/devices/props");
    assertThat(fields(answer.json())).containsExactly("count", "errors", "devices");
    assertThat(answer.json().get("errors").isNull()).isTrue();
    JsonNode devices = answer.json().get("devices");
    assertThat(answer.json().get("count").asInt()).isEqualTo(devices.size()).isPositive();
    for (JsonNode device : devices) {
      assertThat(fields(device))
          .containsExactly("macaddress", "name", "operatingstatus", "token", "agent_version", "ID");
      assertThat(platform.get(platform.device(device.get("ID").asText()) + "/props").json())
          .isEqualTo(device);
    }
  }

  @Test
  void operatingStatusFollowsTheConnection() throws Exception {
    Provisioned device = platform.provision("comes and goes");
    assertThat(props(device.id()).get("operatingstatus").asText()).isEqualTo("disconnected");
    try (TestDevice _ = TestDevice.hello(platform, device.token(), 1)) {
      assertThat(props(device.id()).get("operatingstatus").asText()).isEqualTo("connected");
    }
    await()
        .untilAsserted(() ->
            assertThat(props(device.id()).get("operatingstatus").asText())
                .isEqualTo("disconnected"));
  }

  @Test
  void aDeviceIsRenamedAndShownAsItIsThen() {
    Provisioned device = platform.provision("before");
    Answer answer =
        platform.put(platform.device(device.id()) + "/props/", "{\"name\": \"Küche 🌍\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("name").asText()).isEqualTo("Küche 🌍");
    assertThat(props(device.id())).isEqualTo(answer.json());
  }

  @Test
  void aMachineThatRegistersAgainIsTheSameDeviceWithANewToken() {
    Provisioned first = platform.provision("again");
    Provisioned second = platform.provision("again", first.mac());
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.token()).isNotEqualTo(first.token());
  }

  @Test
  void unknownParametersAreIgnoredOnTheOriginalCallsAndRefusedOnOurs() {
    assertThat(platform.get("project/ping?x=1").status()).isEqualTo(200);
    assertThat(platform.get(project + "/inspect?x=1").status()).isEqualTo(200);
    assertThat(platform.get(project + "/license?x=1").status()).isEqualTo(200);
    assertThat(platform.get(project + "/devices/props?x=1").status()).isEqualTo(200);
    assertThat(platform.get(project + "/messages/" + full.id() + "?x=1").status()).isEqualTo(200);
    String commands = platform.device(full.id()) + "/command";
    assertRefused(platform.get(commands + "?x=1"), 400, "unknown_parameter");
    assertRefused(platform.get(commands + "/" + NOBODY + "?x=1"), 400, "unknown_parameter");
    assertRefused(platform.delete(commands + "/" + NOBODY + "?x=1"), 400, "unknown_parameter");
  }

  private static JsonNode props(String device) {
    return platform.get(platform.device(device) + "/props").json();
  }

  private static Answer post(String path, String body, String type) {
    return platform.send(
        platform.request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
  }

  private static JsonNode json(String text) {
    try {
      return TestPlatform.JSON.readTree(text);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}

package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static com.iottly.platform.server.Answers.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a project and an installation are managed with. */
class ManagementTest {

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static Person admin;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder, Map.of("PROJECT_PAIR_CODES", "3", "PROJECT_API_KEYS", "5"));
    admin = Person.create(platform, "--administrator");
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static String newProject(String name) {
    return admin.post("projects", "{\"name\": \"" + name + "\"}").json().get("id").asText();
  }

  /** All pages, two elements at a time. */
  private static List<JsonNode> all(String path, String name) {
    List<JsonNode> all = new ArrayList<>();
    String more = path + (path.contains("?") ? "&" : "?") + "limit=2";
    JsonNode page = admin.get(more).json();
    while (true) {
      page.get(name).forEach(all::add);
      if (!page.get("more").asBoolean()) {
        assertThat(page.has("cursor")).isFalse();
        return all;
      }
      assertThat(page.get(name)).hasSize(2);
      page = admin.get(more + "&cursor=" + encoded(page.get("cursor").asText())).json();
    }
  }

  private static List<String> texts(List<JsonNode> objects, String member) {
    return objects.stream().map(object -> object.get(member).asText()).toList();
  }

  // Projects

  @Test
  void aProjectIsMadeFoundChangedAndDeleted() {
    JsonNode made =
        admin
            .post(
                "projects",
                """
                {"name": "Pumps 100%", "type": "Linux ARM64", "tags": ["field_1", "a\\"b"], "license_cap": 2,
                 "retention_seconds": 3600, "retention_bytes": 1048576, "approve_reregistration": false}
                """)
            .json();
    String path = "project/" + made.get("id").asText();
    assertThat(admin.get(path).json()).isEqualTo(made);
    assertThat(texts(all("projects?search=" + encoded("PUMPS 100%"), "projects"), "name"))
        .containsExactly("Pumps 100%");
    assertThat(all("projects?search=" + encoded("Pumps_100"), "projects")).isEmpty();
    assertThat(texts(all("projects?tag=" + encoded("a\"b"), "projects"), "name"))
        .containsExactly("Pumps 100%");
    assertThat(all("projects?tag=field", "projects")).isEmpty();
    assertThat(all("projects?tag=fieldX1", "projects")).isEmpty();

    JsonNode changed = admin.patch(path, "{\"license_cap\": null, \"tags\": []}").json();
    assertThat(changed.get("license_cap").isNull()).isTrue();
    assertThat(changed.get("tags")).isEmpty();
    assertThat(changed.get("name")).isEqualTo(made.get("name"));
    assertThat(changed.get("retention_seconds").asInt()).isEqualTo(3600);
    assertThat(admin.patch(path, "{\"type\": \"Linux AMD64\"}").json().get("type").asText())
        .isEqualTo("Linux AMD64");

    assertThat(admin.delete(path).status()).isEqualTo(200);
    assertRefused(admin.get(path), 403, "wrong_project");
  }

  @Test
  void aMemberSeesOnlyTheProjectsTheyBelongTo() {
    String theirs = newProject("Theirs");
    Person member = Person.create(platform);
    assertThat(member.get("projects").json().get("projects")).isEmpty();
    String place = "project/" + theirs + "/members/" + member.name();
    admin.put(place, "{\"role\": \"viewer\"}");
    assertThat(member.get("projects").json().get("projects")).hasSize(1);
    assertThat(member.get("session").json().at("/projects/0/role").asText()).isEqualTo("viewer");
    assertRefused(member.patch("project/" + theirs, "{\"name\": \"x\"}"), 403, "role_missing");
    admin.put(place, "{\"role\": \"owner\"}");
    assertThat(member.patch("project/" + theirs, "{\"name\": \"x\"}").status()).isEqualTo(200);
    assertRefused(member.get("project/" + platform.project()), 403, "wrong_project");
    assertThat(member.delete(place).status()).isEqualTo(200);
    assertRefused(member.get("project/" + theirs), 403, "wrong_project");
  }

  @Test
  void projectsComeByThePage() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(newProject("Paged " + i));
    }
    assertThat(texts(all("projects?search=paged", "projects"), "id"))
        .containsExactlyInAnyOrderElementsOf(made);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | missing_member",
        "{\"name\": 1} | bad_member",
        "{\"name\": null} | bad_member",
        "{\"name\": \"\"} | bad_project",
        "{\"name\": \"a\\nb\"} | bad_project",
        "{\"name\": \"x\", \"nmae\": \"y\"} | unknown_member",
        "{\"name\": \"x\", \"type\": \"Windows\"} | bad_member",
        "{\"name\": \"x\", \"tags\": \"a\"} | bad_member",
        "{\"name\": \"x\", \"tags\": [1]} | bad_member",
        "{\"name\": \"x\", \"tags\": [\"a\", \"a\"]} | bad_project",
        "{\"name\": \"x\", \"tags\": [\"\"]} | bad_project",
        "{\"name\": \"x\", \"license_cap\": -1} | bad_member",
        "{\"name\": \"x\", \"license_cap\": 1000001} | bad_member",
        "{\"name\": \"x\", \"license_cap\": 1.5} | bad_member",
        "{\"name\": \"x\", \"retention_seconds\": 3599} | bad_member",
        "{\"name\": \"x\", \"retention_seconds\": 99999999999999999999} | bad_member",
        "{\"name\": \"x\", \"retention_bytes\": 1} | bad_member",
        "{\"name\": \"x\", \"approve_reregistration\": \"no\"} | bad_member",
        "[] | bad_json",
      })
  void aBadProjectIsRefusedWithTheNameOfWhatIsBad(String body, String code) {
    assertRefused(admin.post("projects", body), 400, code);
  }

  // Devices

  @Test
  void devicesAreFoundByNameTagVersionAndStatusPageByPage() throws Exception {
    String project = newProject("Fleet");
    String path = "project/" + project + "/";
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(register(path, "Room " + i, "02:00:00:aa:00:0" + i).at("/device/id").asText());
    }
    JsonNode online = register(path, "Online", "02:00:00:aa:00:0f");
    String onlineId = online.at("/device/id").asText();
    assertThat(admin.patch(path + "device/" + ids.get(3), "{\"tags\": [\"cold\"]}").status())
        .isEqualTo(200);
    assertThat(texts(all(path + "devices", "devices"), "id"))
        .containsExactlyElementsOf(
            java.util.stream.Stream.concat(ids.stream(), java.util.stream.Stream.of(onlineId))
                .sorted()
                .toList());
    assertThat(texts(all(path + "devices?search=room", "devices"), "id"))
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(texts(all(path + "devices?search=aa:00:0F", "devices"), "name"))
        .containsExactly("Online");
    assertThat(texts(all(path + "devices?tag=cold", "devices"), "id")).containsExactly(ids.get(3));
    assertThat(all(path + "devices?tag=col", "devices")).isEmpty();
    assertThat(all(path + "devices?agent_version=9", "devices")).isEmpty();
    try (TestDevice _ = TestDevice.hello(platform, online.get("token").asText(), 1)) {
      assertThat(texts(all(path + "devices?status=connected", "devices"), "id"))
          .containsExactly(onlineId);
      assertThat(texts(all(path + "devices?status=disconnected", "devices"), "id"))
          .containsExactlyInAnyOrderElementsOf(ids);
    }
  }

  private static JsonNode register(String path, String name, String mac) {
    return admin
        .post(
            path + "devices",
            "{\"devices\": [{\"name\": \"%s\", \"macaddress\": \"%s\", \"machine_id\": \"m\"}]}"
                .formatted(name, mac))
        .json()
        .at("/rows/0");
  }

  @Test
  void manyDevicesAreMadeWithAnErrorForEachBadRow() {
    String path = "project/" + newProject("Bulk") + "/";
    admin.patch(path, "{\"license_cap\": 2}");
    JsonNode answer =
        admin
            .post(
                path + "devices",
                """
                {"devices": [
                  {"name": "a", "macaddress": "02:00:00:bb:00:01", "machine_id": "m1"},
                  {"name": "b", "macaddress": "no", "machine_id": "m2"},
                  {"name": "c", "macaddress": "02-00-00-BB-00-01", "machine_id": "m3"},
                  {"name": "", "macaddress": "02:00:00:bb:00:02", "machine_id": "m4"},
                  {"name": "e", "macaddress": "02:00:00:bb:00:03", "machine_id": "m5", "license": "x"},
                  {"name": "f", "macaddress": "02:00:00:bb:00:04", "machine_id": "m6"},
                  {"name": "g", "macaddress": "02:00:00:bb:00:05", "machine_id": "m7"}]}
                """)
            .json();
    assertThat(answer.get("done").asInt()).isEqualTo(2);
    assertThat(answer.get("refused").asInt()).isEqualTo(5);
    assertThat(codes(answer))
        .containsExactly(
            "",
            "bad_registration",
            "device_exists",
            "bad_registration",
            "license_unknown",
            "",
            "no_license_left");
    assertRefused(admin.post(path + "devices", "{\"devices\": []}"), 400, "bad_member");
    assertRefused(
        admin.post(path + "devices", "{\"devices\": [{\"name\": \"a\"}]}"), 400, "missing_member");
  }

  private static List<String> codes(JsonNode answer) {
    List<String> codes = new ArrayList<>();
    answer.get("rows").forEach(row -> codes.add(row.path("code").asText("")));
    return codes;
  }

  @Test
  void aRevokedDeviceIsCutOffAndComesBackWithANewToken() throws Exception {
    Provisioned device = platform.provision("cut off");
    String path = platform.device(device.id());
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      assertThat(admin.post(path + "/revoke", "{}").status()).isEqualTo(200);
      assertThat(link.closeCode()).isEqualTo(4401);
    }
    String token = admin.post(path + "/token", "{}").json().get("token").asText();
    assertThat(token).isNotEqualTo(device.token());
    try (TestDevice _ = TestDevice.hello(platform, token, 1)) {
      assertThat(admin.get(path).json().get("status").asText()).isEqualTo("connected");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep", "erase"})
  void whatADeletedDeviceSentIsKeptOrErasedAsAsked(String data) throws Exception {
    Provisioned device = platform.provision("deleted");
    String path = platform.device(device.id());
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendMessage(1, "{\"n\":1}");
      link.awaitAck(1);
    }
    assertThat(admin.delete(path + "?data=" + data).status()).isEqualTo(200);
    assertRefused(admin.get(path), 403, "wrong_device");
    Provisioned again = platform.provision("deleted", device.mac());
    assertThat(again.id()).isEqualTo(device.id());
    Answer messages = admin.get(path + "/messages/paginated?type=userdefined");
    assertThat(messages.status()).isEqualTo(data.equals("keep") ? 200 : 404);
    assertRefused(admin.delete(path + "?data=maybe"), 400, "bad_parameter");
  }

  // Pairings, licenses, keys

  @Test
  void pairCodesAreMadeListedAndRevokedAndTheRowOverTheLimitIsRefused() {
    String path = "project/" + newProject("Pairs") + "/pairings";
    JsonNode made =
        admin
            .post(
                path,
                "{\"devices\": [{\"name\": \"a\"}, {\"name\": \"\"}, {\"name\": \"b\"}, {\"name\": \"c\"}, {\"name\": \"d\"}]}")
            .json();
    assertThat(codes(made)).containsExactly("", "bad_name", "", "", "bad_name");
    List<JsonNode> listed = all(path, "pairings");
    assertThat(texts(listed, "name")).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(texts(listed, "status")).containsOnly("open");
    assertThat(listed.toString()).doesNotContain("ipc_");
    String id = made.at("/rows/0/id").asText();
    assertThat(admin.delete(path + "/" + id).status()).isEqualTo(200);
    assertRefused(admin.delete(path + "/" + id), 404, "pairing_unknown");
    String other = made.at("/rows/2/id").asText();
    for (String part : List.of(other.substring(0, 15), other.substring(0, 1), other + "0", "0")) {
      assertRefused(admin.delete(path + "/" + part), 404, "pairing_unknown");
    }
    assertThat(all(path, "pairings")).hasSize(2);
    assertRefused(admin.delete(path + "/%25"), 404, "pairing_unknown");
    String code = made.at("/rows/0/pair_code").asText();
    Answer redeemed =
        platform.send(
            platform
                .plainRequest("agent/provision")
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"pair_code\": \"%s\", \"macaddress\": \"02:00:00:cc:00:01\", \"machine_id\": \"m\"}"
                            .formatted(code))));
    assertRefused(redeemed, 401, "pair_code_unknown");
  }

  @Test
  void licensesAreMadeWithinTheCapAndRevokedWhileNobodyHasThem() {
    String project = newProject("Licenses");
    String path = "project/" + project + "/licenses";
    admin.patch("project/" + project, "{\"license_cap\": 4}");
    assertThat(admin.post(path, "{\"count\": 3}").json().get("licenses")).hasSize(3);
    assertRefused(admin.post(path, "{\"count\": 2}"), 400, "bad_count");
    assertRefused(admin.post(path, "{\"count\": 0}"), 400, "bad_member");
    assertRefused(admin.post(path, "{\"count\": 1001}"), 400, "bad_member");
    register("project/" + project + "/", "one", "02:00:00:dd:00:01");
    assertThat(all(path, "licenses")).hasSize(3);
    assertThat(all(path + "?status=available", "licenses")).hasSize(2);
    String paired = all(path + "?status=paired", "licenses").getFirst().get("token").asText();
    assertRefused(admin.delete(path + "/" + paired), 409, "license_paired");
    String free = all(path + "?status=available", "licenses").getFirst().get("token").asText();
    assertThat(admin.delete(path + "/" + free).status()).isEqualTo(200);
    assertRefused(admin.delete(path + "/" + free), 404, "license_unknown");
    assertRefused(admin.delete(path + "/x"), 404, "license_unknown");
  }

  @Test
  void aKeyIsShownOnceWorksAndIsVoidAtOnceWhenDeleted() {
    String project = newProject("Keys");
    String path = "project/" + project + "/keys";
    JsonNode made = admin.post(path, "{\"description\": \"r\", \"scopes\": [\"read\"]}").json();
    String secret = made.get("secret").asText();
    assertThat(withKey(secret, "project/" + project).status()).isEqualTo(200);
    assertThat(admin.get(path).text()).doesNotContain(secret).contains("last_used");
    assertThat(admin.delete(path + "/" + made.get("id").asText()).status()).isEqualTo(200);
    assertRefused(withKey(secret, "project/" + project), 401, "key_unknown");
    assertRefused(admin.delete(path + "/" + made.get("id").asText()), 404, "key_not_found");
    assertRefused(admin.delete(path + "/x"), 404, "key_not_found");
    for (String body :
        List.of(
            "{\"description\": \"\"}",
            "{\"description\": \"x\", \"scopes\": []}",
            "{\"description\": \"x\", \"expires\": \"2001-01-01T00:00:00Z\"}")) {
      assertRefused(admin.post(path, body), 400, "bad_key");
    }
    for (String body :
        List.of(
            "{\"description\": \"x\", \"scopes\": [\"root\"]}",
            "{\"description\": \"x\", \"expires\": \"tomorrow\"}",
            "{\"description\": \"x\", \"expires\": 5}")) {
      assertRefused(admin.post(path, body), 400, "bad_member");
    }
    for (int i = 0; i < 5; i++) {
      assertThat(admin.post(path, "{\"description\": \"x\"}").status()).isEqualTo(200);
    }
    assertRefused(admin.post(path, "{\"description\": \"x\"}"), 400, "bad_key");
  }

  private static Answer withKey(String secret, String path) {
    return platform.send(
        platform.plainRequest(path).header("Authentication", "bearer " + secret).GET());
  }

  @Test
  void aKeyCanNotMakeOneThatMayDoMore() {
    String manage = platform.createKey("--scope", "manage,read");
    String path = "project/" + platform.project() + "/keys";
    for (String scopes : List.of("", ", \"scopes\": [\"remote\"]", ", \"scopes\": [\"command\"]")) {
      Answer answer =
          platform.send(
              platform
                  .plainRequest(path)
                  .header("Authentication", "bearer " + manage)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"description\": \"x\"" + scopes + "}")));
      assertRefused(answer, 403, "scope_too_wide");
    }
  }

  // Definitions

  @Test
  void aDefinitionThatIsChangedIsWhatCommandsAreHeldToFromThen() {
    String project = platform.project();
    String path = "project/" + project + "/definitions";
    String command = platform.device(platform.provision("defined").id()) + "/command";
    String fan = "{\"type\": \"fan\", \"direction\": \"command\", \"keywords\": [%s]}";
    assertThat(
            admin
                .post(
                    path,
                    fan.formatted(
                        "{\"name\": \"speed\", \"type\": \"MultipleChoice\", \"values\": [\"1\", \"2\"]}"))
                .status())
        .isEqualTo(200);
    String fast = "{\"cmd_type\": \"fan\", \"values\": {\"fan.speed\": \"3\"}}";
    assertRefused(platform.post(command, fast), 400, "bad_values");
    assertThat(
            admin
                .put(path + "/fan", fan.formatted("{\"name\": \"speed\", \"type\": \"FreeValue\"}"))
                .status())
        .isEqualTo(200);
    assertThat(platform.post(command, fast).status()).isEqualTo(200);
    assertRefused(admin.post(path, fan.formatted("")), 400, "bad_definition");
    assertThat(admin.delete(path + "/fan").status()).isEqualTo(200);
    assertRefused(platform.post(command, fast), 400, "command_unknown");
    assertRefused(admin.get(path + "/fan"), 404, "definition_unknown");
    assertRefused(admin.delete(path + "/fan"), 404, "definition_unknown");
    assertRefused(admin.put(path + "/fan", fan.formatted("")), 404, "definition_unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\": \"k\", \"type\": \"FixedValue\"}",
        "{\"name\": \"k\", \"type\": \"FixedValue\", \"values\": [\"x\"]}",
        "{\"name\": \"k\", \"type\": \"FreeValue\", \"value\": \"x\"}",
        "{\"name\": \"k\", \"type\": \"MultipleChoice\", \"values\": []}",
        "{\"name\": \"k\", \"type\": \"MultipleChoice\", \"values\": [\"a\", \"a\"]}",
        "{\"name\": \"k\", \"type\": \"MultipleChoice\", \"value\": \"a\"}",
        "{\"name\": \"1k\", \"type\": \"FreeValue\"}",
        "{\"name\": \"k\", \"type\": \"FreeValue\"}, {\"name\": \"k\", \"type\": \"FreeValue\"}",
      })
  void aBadKeywordIsRefused(String keyword) {
    assertRefused(
        admin.post(
            "project/" + platform.project() + "/definitions",
            "{\"type\": \"bad\", \"direction\": \"command\", \"keywords\": [" + keyword + "]}"),
        400,
        "bad_definition");
  }

  // Users

  @Test
  void usersAreMadeFoundChangedAndDeleted() {
    String user = "{\"name\": \"%s\", \"password\": \"a good password\"}";
    for (String name : List.of("found1", "found2", "FOUND3")) {
      assertThat(admin.post("users", user.formatted(name)).status()).isEqualTo(200);
    }
    assertThat(texts(all("users?search=OUND", "users"), "name"))
        .containsExactly("found1", "found2", "found3");
    assertThat(all("users?search=f_und", "users")).isEmpty();
    assertRefused(admin.post("users", user.formatted("found1")), 400, "bad_user");
    assertRefused(admin.post("users", user.formatted("a b")), 400, "bad_user");
    assertThat(
            admin
                .patch(
                    "users/found1", "{\"administrator\": true, \"password\": \"another password\"}")
                .json()
                .get("administrator")
                .asBoolean())
        .isTrue();
    assertThat(Person.signIn(platform, "found1", "another password").status()).isEqualTo(200);
    assertRefused(admin.patch("users/found1", "{\"password\": \"short\"}"), 400, "bad_user");
    assertRefused(admin.patch("users/found1", "{}"), 400, "bad_user");
    assertRefused(admin.patch("users/nobody", "{\"administrator\": true}"), 404, "user_unknown");
    assertThat(admin.delete("users/FOUND1").status()).isEqualTo(200);
    assertRefused(admin.delete("users/found1"), 404, "user_unknown");
    assertRefused(
        admin.put("project/" + platform.project() + "/members/nobody", "{\"role\": \"owner\"}"),
        404,
        "user_unknown");
    assertRefused(
        admin.put("project/" + platform.project() + "/members/found2", "{\"role\": \"king\"}"),
        400,
        "bad_member");
  }

  @Test
  void aNameWithOddCharactersIsFoundInAPathAsBrowsersWriteIt() throws Exception {
    String body = "{\"name\": \"ada+x@example.com\", \"password\": \"a good password\"}";
    assertThat(admin.post("users", body).status()).isEqualTo(200);
    String place = "project/" + platform.project() + "/members/";
    for (String written :
        List.of("ada%2Bx%40example.com", "ada+x@example.com", "Ada%2bx@example.com")) {
      assertThat(admin.put(place + written, "{\"role\": \"viewer\"}").json().get("user").asText())
          .isEqualTo("ada+x@example.com");
    }
    for (String odd : List.of("ada%ffx", "ada%C3%28", "%00")) {
      assertRefused(admin.delete("users/" + odd), 404, "user_unknown");
    }
    for (String broken : List.of("%", "a%2", "%zz", "%%%")) {
      String request =
          "DELETE /v1.0/users/%s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nX-CSRF-Token: %s\r\n\r\n"
              .formatted(
                  broken, platform.url().replace("http://", ""), admin.cookie(), admin.csrfToken());
      assertRefused(RawHttp.exchange(platform, request), 404, "user_unknown");
    }
    assertThat(admin.delete("users/ada%2Bx%40example.com").status()).isEqualTo(200);
  }

  // Every list

  @ParameterizedTest
  @ValueSource(
      strings = {
        "projects",
        "users",
        "audit",
        "project/%s/audit",
        "project/%s/devices",
        "project/%s/licenses",
        "project/%s/pairings",
        "project/%s/members",
      })
  void badPagingIsRefusedOnEveryList(String template) {
    String path = template.formatted(platform.project());
    for (String bad :
        List.of("limit=0", "limit=1001", "limit=x", "limit=", "cursor=%2A", "cursor=a")) {
      Answer answer = admin.get(path + "?" + bad);
      if (!bad.equals("cursor=a") || answer.status() != 200) {
        assertRefused(answer, 400, "bad_parameter");
      }
    }
    assertRefused(admin.get(path + "?lmit=1"), 400, "unknown_parameter");
    assertRefused(admin.get(path + "?limit=1&limit=1"), 400, "duplicate_parameter");
  }
}

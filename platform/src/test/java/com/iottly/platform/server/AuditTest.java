package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static com.iottly.platform.server.Answers.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of who changed what. */
class AuditTest {

  @TempDir Path folder;

  private TestPlatform platform;
  private Person ada;

  @BeforeEach
  void open() {
    platform = TestPlatform.on(folder);
    ada = Person.create(platform, "--administrator");
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private List<JsonNode> entries(String query) {
    List<JsonNode> entries = new ArrayList<>();
    ada.get("audit?" + query).json().get("entries").forEach(entries::add);
    return entries;
  }

  private List<String> actions(String query) {
    return entries(query).stream().map(entry -> entry.get("action").asText()).toList();
  }

  @Test
  void everyDoorLeavesTheNameOfWhoCameThroughIt() {
    Provisioned device = platform.provision("By a key");
    ada.patch(platform.device(device.id()), "{\"name\": \"By a person\"}");
    platform.admin("device", "rename", platform.project(), device.id(), "By the socket", "--json");
    List<JsonNode> entries = entries("action=device");
    assertThat(entries)
        .extracting(e -> e.get("actor_kind").asText())
        .containsExactly("admin_socket", "user", "key");
    assertThat(entries.get(1).get("actor").asText()).isEqualTo(ada.name());
    assertThat(entries.get(1).get("address").asText()).isEqualTo("127.0.0.1");
    assertThat(entries.get(1).get("target").asText()).isEqualTo(device.id());
    assertThat(entries.get(1).get("project").asText()).isEqualTo(platform.project());
    assertThat(entries.get(1).get("detail").asText()).contains("By a person");
    assertThat(entries.get(2).get("actor").asText()).hasSize(36);
    String code =
        platform
            .post("project/" + platform.project() + "/device", "{\"name\": \"By a code\"}")
            .json()
            .get("pair_code")
            .asText();
    var _ =
        platform.send(
            platform
                .plainRequest("agent/provision")
                .header("Content-Type", "application/json")
                .POST(
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                        "{\"pair_code\": \"%s\", \"macaddress\": \"02:00:00:00:ff:01\", \"machine_id\": \"m\"}"
                            .formatted(code))));
    assertThat(entries("action=device.register").getFirst().get("actor_kind").asText())
        .isEqualTo("pair_code");
    assertThat(ada.get("audit").text())
        .doesNotContain(code)
        .doesNotContain(platform.key())
        .doesNotContain(Person.PASSWORD)
        .doesNotContain(ada.csrfToken());
  }

  @Test
  void itIsSaidWhetherDataWasErasedAndThatATokenWasMade() {
    Provisioned device = platform.provision("Gone");
    ada.post(platform.device(device.id()) + "/token", "{}");
    ada.delete(platform.device(device.id()) + "?data=erase");
    assertThat(actions("action=device"))
        .containsExactly("device.delete", "device.revoke", "device.token", "device.register");
    assertThat(entries("action=device.delete").getFirst().get("detail").asText())
        .isEqualTo("data erased");
  }

  @Test
  void whatIsRefusedLeavesNoEntryAndADeletedProjectKeepsItsOwn() {
    String project = ada.post("projects", "{\"name\": \"Short-lived\"}").json().get("id").asText();
    int before = entries("limit=1000").size();
    assertRefused(ada.patch("project/" + project, "{\"name\": \"\"}"), 400, "bad_project");
    assertRefused(ada.delete("users/nobody"), 404, "user_unknown");
    assertThat(entries("limit=1000")).hasSize(before);
    ada.delete("project/" + project);
    assertThat(actions("limit=1")).containsExactly("project.delete");
    assertThat(entries("action=project.create"))
        .anyMatch(entry ->
            entry.get("project").asText().equals(project)
                && entry.get("detail").asText().equals("Short-lived"));
  }

  @Test
  void entriesComeNewestFirstByThePageAndByFilter() {
    String project = "project/" + platform.project();
    for (int i = 0; i < 5; i++) {
      ada.patch(project, "{\"name\": \"N%d\"}".formatted(i));
    }
    List<String> details = new ArrayList<>();
    String query = project + "/audit?action=project.update&limit=2";
    JsonNode page = ada.get(query).json();
    while (true) {
      page.get("entries").forEach(entry -> details.add(entry.get("detail").asText()));
      if (!page.get("more").asBoolean()) {
        break;
      }
      page = ada.get(query + "&cursor=" + encoded(page.get("cursor").asText())).json();
    }
    assertThat(details).containsExactly("name: N4", "name: N3", "name: N2", "name: N1", "name: N0");
    assertThat(actions("actor=nobody")).isEmpty();
    assertThat(actions("actor=" + ada.name())).containsOnly("project.update", "session.open");
    assertThat(actions("action=proj")).isEmpty();
    assertThat(actions("to=2001-01-01")).isEmpty();
    assertThat(actions("from=2001-01-01&action=project.update")).hasSize(5);
    assertRefused(ada.get("audit?from=yesterday"), 400, "bad_parameter");
  }
}

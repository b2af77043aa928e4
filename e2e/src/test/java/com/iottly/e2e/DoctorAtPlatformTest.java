package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor finds at a real platform. */
class DoctorAtPlatformTest {

  @TempDir Path folder;
  private Stage stage;
  private Platform platform;
  private DeviceAgent agent;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
    platform = stage.platform();
    agent = stage.agent(platform);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private static JsonNode steps(Child.Finished said, int code) throws IOException {
    assertThat(said.code()).as(said.out() + said.err()).isEqualTo(code);
    return Api.JSON.readTree(said.out()).path("steps");
  }

  private static JsonNode step(JsonNode steps, String name) {
    for (JsonNode step : steps) {
      if (step.path("step").asText().equals(name)) {
        return step;
      }
    }
    throw new AssertionError("no step " + name + " in " + steps);
  }

  private static String said(JsonNode steps, String name, String verdict) {
    JsonNode step = step(steps, name);
    assertThat(step.path("verdict").asText()).as(step.toString()).isEqualTo(verdict);
    return step.path("said").asText();
  }

  @Test
  void aConnectedAgentStaysSoWhileTheDoctorLooks() throws Exception {
    agent.start();
    agent.awaitDrained();
    JsonNode steps = steps(agent.run("doctor", "--json"), 0);
    assertThat(said(steps, "server", "ok")).contains("it is connected now");
    assertThat(said(steps, "token", "ok")).contains(agent.device(), platform.project());
    assertThat(said(steps, "websocket", "ok")).contains("answers");
    assertThat(said(steps, "agent", "ok")).contains("connected since");
    List<JsonNode> own = platform.api().history(agent.device(), "iottlyagent");
    assertThat(own.stream().filter(payload -> payload.has("connectionstatus"))).hasSize(1);
  }

  @Test
  void aTokenThatIsWrongOrRevokedIsSaidInThePlatformsWords() throws Exception {
    String good = agent.token();
    agent.set("AGENT_TOKEN", good.substring(0, good.length() - 20) + "A".repeat(20));
    JsonNode wrong = steps(agent.run("doctor", "--json"), 1);
    assertThat(said(wrong, "token", "failed")).contains("the token's signature is wrong");
    assertThat(said(wrong, "websocket", "ok")).contains("refuses");
    agent.unset("AGENT_TOKEN");

    platform.admin("device", "revoke", platform.project(), agent.device(), "--json");
    Child.Finished revoked = agent.run("doctor", "--json");
    assertThat(said(steps(revoked, 1), "token", "failed")).contains("The device token was revoked");
    assertThat(step(steps(revoked, 1), "token").path("fix").asText()).contains("provision");
    assertThat(revoked.out()).doesNotContain(good);
  }

  @Test
  void aClockThatIsDaysOffIsSaid() throws Exception {
    List<String> late = new ArrayList<>(List.of("faketime", "-f", "+3d"));
    late.addAll(Launcher.command("agent", "doctor", "--json"));
    JsonNode steps = steps(Child.run(agent.environment(), late), 1);
    assertThat(said(steps, "clock", "failed")).contains("days before the platform's clock");
  }
}

package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The program as a user runs it. */
class AgentProcessTest extends AgentProcesses {

  @Test
  void anAgentStartsSendsAnswersAndStopsCleanly() throws Exception {
    Process agent = launch(Map.of(), "start");
    await()
        .atMost(PATIENCE)
        .until(() -> platform.payloads().stream().anyMatch(p -> p.contains("\"telemetry\"")));
    assertThat(platform.payloads().getFirst())
        .contains("\"agentstatus\":\"started\"", "\"restart_cause\":\"first_start\"");

    Finished sent = run("send", "--channel", "doors", "{\"door\": \"open\"}");
    assertThat(sent.code()).as(sent.err()).isEqualTo(ExitCode.OK);
    assertThat(sent.out()).contains("stored as message");
    await().until(() -> platform.payloads().contains("{\"door\":\"open\"}"));

    platform
        .last()
        .send(new Frame.Command("c1", 60_000, "echo", Payload.of("{\"echo\":{\"content\":1}}")));
    await().until(() -> platform.payloads().contains("{\"ECHO\":{\"echo\":{\"content\":1}}}"));

    Finished status = run("status");
    assertThat(status.out())
        .containsPattern("Connection +connected to ws://127.0.0.1:[0-9]+/ws, since [0-9]+ s")
        .containsPattern("Spool +[0-9]+ messages wait")
        .containsPattern("Dropped +0 telemetry, 0 other")
        .containsPattern("Configuration +" + config);
    Path socket = directory.resolve("run/control");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");

    agent.toHandle().destroy();
    assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agent.exitValue()).isZero();
    await().until(() -> platform.last().closeCode == CloseCode.GOING_AWAY.code());
    assertThat(Files.readString(directory.resolve("agent.log")))
        .contains("iottly-agent stops")
        .doesNotContain("the.device.token");
    assertThat(socket).doesNotExist();
  }

  @Test
  void withoutAnAgentStatusSaysWhatToDo() throws Exception {
    Finished status = run("status");
    assertThat(status.code()).isEqualTo(ExitCode.NOT_RUNNING);
    assertThat(status.err()).contains("no agent answers").contains("start it");
  }

  @Test
  void aBadConfigurationIsRefusedWithItsPlace() throws Exception {
    Finished start = run(Map.of("IOTTLY_AGENT_LOG_LEVEL", "loud"), "start");
    assertThat(start.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(start.err())
        .contains("environment IOTTLY_AGENT_LOG_LEVEL: [agent] log_level is 'loud'");
    Finished check = run("config", "check");
    assertThat(check.code()).isEqualTo(ExitCode.OK);
    assertThat(check.out()).contains("can be used, without findings");
    Finished show = run("config", "show");
    assertThat(show.out())
        .contains("[agent] token = (set, not shown)", "agent.conf, line 2", "# default")
        .doesNotContain("the.device.token");
  }

  @Test
  void provisioningRegistersAndWritesTheConfiguration() throws Exception {
    var requests = new CopyOnWriteArrayList<String>();
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(request ->
                  request
                      .body()
                      .onSuccess(body -> {
                        String key = request.getHeader("Authentication");
                        requests.add(request.path() + " " + key + " " + body);
                        boolean good = key != null && key.equals("bearer good-key");
                        request
                            .response()
                            .setStatusCode(good ? 200 : 403)
                            .end(
                                good
                                    ? "{\"device\":{\"id\":\"d1\",\"name\":\"pump\",\"license\":\"l\"},"
                                        + "\"project\":\"p1\",\"token\":\"new.token\",\"endpoint\":\"wss://h/ws\"}"
                                    : "{\"error\":\"this key may not add devices\",\"code\":\"forbidden\"}");
                      }))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      String url = "http://127.0.0.1:" + server.actualPort();
      String before = Files.readString(config);
      String[] call = {
        "provision",
        "--url",
        url,
        "--project",
        "p1",
        "--name",
        "pump",
        "--mac",
        "AA:BB:cc:00:11:22",
        "--machine-id",
        "m1"
      };

      Finished refused = run(Map.of("IOTTLY_API_KEY", "bad-key"), call);
      assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
      assertThat(refused.err()).contains("this key may not add devices").doesNotContain("bad-key");
      assertThat(Files.readString(config)).isEqualTo(before);

      Finished done = run(Map.of("IOTTLY_API_KEY", "good-key"), call);
      assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
      assertThat(done.out()).contains("pump", "d1").doesNotContain("new.token");
      assertThat(requests.getLast())
          .startsWith("/v1.0/agent/provision bearer good-key {")
          .contains("\"project\":\"p1\"", "\"macaddress\":\"aa:bb:cc:00:11:22\"")
          .contains("\"machine_id\":\"m1\"", "\"name\":\"pump\"", "\"agent_version\":\"");
      assertThat(Files.readString(config))
          .contains("token = new.token", "endpoint = wss://h/ws", "reconnect_interval = 1");

      Finished pairing =
          run("provision", "--url", url, "--pair-code", "one-time", "--mac", "aa:bb:cc:00:11:22");
      assertThat(pairing.code()).isEqualTo(ExitCode.REFUSED);
      assertThat(requests.getLast()).contains(" null ", "\"pair_code\":\"one-time\"");

      Finished unsaid = run("provision", "--url", url);
      assertThat(unsaid.code()).isEqualTo(ExitCode.USAGE);
      assertThat(unsaid.err()).contains("--pair-code");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void helpTeaches() throws Exception {
    Finished help = run("--help");
    assertThat(help.code()).isEqualTo(ExitCode.OK);
    assertThat(help.out()).contains("provision", "start", "status", "send", "Exit codes");
    assertThat(run("nonsense").code()).isEqualTo(ExitCode.USAGE);
  }
}

package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks, with a real endpoint that takes or refuses what comes. */
class WebhookCommandsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private TestServer server;
  private Client client;
  private HttpServer endpoint;
  private String url;
  private final Queue<String> taken = new ConcurrentLinkedQueue<>();
  private volatile int status = 204;

  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(
            folder.resolve("data"),
            Map.of(
                "IOTTLY_SERVER_WEBHOOK_ALLOW", "127.0.0.0/8",
                "IOTTLY_SERVER_WEBHOOK_ALLOW_HTTP", "true",
                "IOTTLY_SERVER_WEBHOOK_FIRST_RETRY", "100ms",
                "IOTTLY_SERVER_WEBHOOK_RETRY_FOR", "1s"));
    client = server.client();
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 5);
    endpoint.createContext(
        "/",
        call -> {
          String body = new String(call.getRequestBody().readAllBytes());
          if (status == 204) {
            taken.add(call.getRequestHeaders().getFirst("X-Api-Key") + " " + body);
          }
          call.sendResponseHeaders(status, -1);
          call.close();
        });
    endpoint.start();
    url = "http://127.0.0.1:" + endpoint.getAddress().getPort() + "/iottly";
  }

  @AfterEach
  void stop() {
    endpoint.stop(0);
    server.close();
  }

  @Test
  void aWebhookIsMadeTestedWatchedChangedAndDeletedByItsDescription() throws Exception {
    Path headers = Files.writeString(folder.resolve("headers.txt"), "X-Api-Key: very secret\n");
    Client.Run made =
        client.run("webhook", "create", "Billing", url, "--header-file", headers.toString());
    String secret = made.line();
    assertThat(secret).startsWith("whsec_");
    assertThat(client.run("webhook", "list").done().out()).contains("Billing", "active", url);
    assertThat(client.run("webhook", "show", "Billing").done().out())
        .contains("X-Api-Key")
        .doesNotContain(secret, "very secret");

    assertThat(client.run("webhook", "test", "Billing").done().out()).contains("delivered", "204");
    assertThat(taken.poll()).startsWith("very secret {");
    assertThat(client.run("webhook", "deliveries", "Billing").done().out()).contains("delivered");
    status = 500;
    Client.Run refused = client.run("webhook", "test", "billing");
    assertThat(refused.exit()).isEqualTo(ExitCode.UNSUCCESSFUL);
    assertThat(refused.out()).contains("not delivered", "500");

    assertThat(client.run("webhook", "pause", "Billing").done().out()).contains("paused");
    assertThat(client.run("webhook", "resume", "Billing").done().out()).contains("active");
    assertThat(client.run("webhook", "update", "Billing", "--channel", "invoices").done().out())
        .contains("invoices", "X-Api-Key");
    assertThat(client.run("webhook", "rotate-secret", "Billing").line())
        .startsWith("whsec_")
        .isNotEqualTo(secret);
    assertThat(client.run("webhook", "delete", "Billing").line()).contains("Deleted");
    assertThat(client.run("webhook", "show", "Billing").exit()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void deadLettersAreListedRedeliveredAndReplayed() throws Exception {
    client
        .run("webhook", "create", "Alarms", url, "--type", "user", "--payload-only", "true")
        .done();
    status = 500;
    TestServer.Device registered = server.provision("Cold room 4");
    try (ScriptedDevice device = new ScriptedDevice(server, registered)) {
      device.say("alarms", List.of("{\"alarm\":1}"));
    }
    await().atMost(PATIENCE).until(() -> !deadLetters().isEmpty());
    assertThat(client.run("webhook", "dead-letters", "Alarms").done().out())
        .contains(registered.id());
    status = 204;
    String message = deadLetters().path(0).path("message").asText();
    client.run("webhook", "redeliver", "Alarms", "Cold room 4", message).done();
    assertThat(taken.poll()).contains("{\"alarm\":1}");
    client.run("webhook", "replay", "Alarms", "--since", "1h").done();
    await().atMost(PATIENCE).until(() -> !taken.isEmpty());
    assertThat(client.run("webhook", "replay", "Alarms").exit()).isEqualTo(ExitCode.USAGE);
  }

  private JsonNode deadLetters() {
    return client.run("webhook", "dead-letters", "Alarms", "--json").json();
  }

  @Test
  void aRefusalSaysWhatIsWrong() throws Exception {
    Path headers = Files.writeString(folder.resolve("headers.txt"), "no colon\n");
    assertThat(
            client.run("webhook", "create", "Bad", url, "--header-file", headers.toString()).exit())
        .isEqualTo(ExitCode.USAGE);
    Client.Run bad = client.run("webhook", "create", "Bad", "ftp://example.com");
    assertThat(bad.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(bad.err()).contains("bad_webhook");
  }
}

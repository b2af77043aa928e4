package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many clients as are allowed, and one more. */
class ManyClientsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PING = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir Path folder;

  private final List<RawHttp> open = new ArrayList<>();

  @AfterEach
  void hangUp() throws IOException {
    for (RawHttp http : open) {
      http.close();
    }
  }

  /** Opens one more connection and returns whether it is served. */
  private boolean isServed(TestPlatform platform) throws IOException {
    RawHttp http = RawHttp.connect(platform);
    open.add(http);
    try {
      http.send(PING);
      return http.read().status() == 200;
    } catch (EOFException | SocketException e) {
      http.close();
      open.remove(http);
      return false;
    }
  }

  @Test
  void connectionsBeyondTheLimitAreEndedAtOnceAndDeviceLinksTakeNone() throws Exception {
    // One of the four is the one the test's own client keeps.
    try (TestPlatform platform = TestPlatform.on(folder, Map.of("HTTP_CONNECTIONS", "4"))) {
      Provisioned device = platform.provision("one of many");
      for (int i = 0; i < 3; i++) {
        assertThat(isServed(platform)).isTrue();
      }
      assertThat(isServed(platform)).isFalse();
      open.removeFirst().close();
      await().atMost(PATIENCE).until(() -> connects(platform, device));
    }
  }

  /** A link takes a place until it is one; then there is room for another client. */
  private boolean connects(TestPlatform platform, Provisioned device) throws IOException {
    try (RawWebSocket _ = RawWebSocket.connect(platform, device.token())) {
      await().atMost(PATIENCE).until(() -> isServed(platform));
      assertThat(isServed(platform)).isFalse();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void requestsThatWaitForACommandDoNotCountAsWorkedOn() throws Exception {
    try (TestPlatform platform =
            TestPlatform.on(
                folder, Map.of("API_CONCURRENT_REQUESTS", "1", "COMMAND_WAITING", "3"));
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      String commands = platform.device(platform.provision("waited for").id()) + "/command";
      List<String> ids = new ArrayList<>();
      List<CompletableFuture<Answer>> waits = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String id = accepted(platform.post(commands, "{\"cmd_type\": \"echo\"}"));
        ids.add(id);
        waits.add(
            CompletableFuture.supplyAsync(
                () -> admitted(platform, commands + "/" + id + "?wait=60"), callers));
      }
      await().atMost(PATIENCE).until(() -> done(waits).size() == 1);
      assertThat(done(waits).getFirst().json().get("state").asText()).isEqualTo("queued");
      // Others may be on their way to waiting for a moment, but nobody works for longer.
      await().atMost(PATIENCE).until(() -> platform.get("project/ping").status() == 200);
      for (String id : ids) {
        await().atMost(PATIENCE).until(() -> platform.delete(commands + "/" + id).status() == 200);
      }
      await().atMost(PATIENCE).until(() -> done(waits).size() == 4);
      assertThat(done(waits))
          .extracting(answer -> answer.json().get("state").asText())
          .containsExactlyInAnyOrder("queued", "cancelled", "cancelled", "cancelled");
    }
  }

  private static Answer admitted(TestPlatform platform, String path) {
    return await()
        .atMost(PATIENCE.multipliedBy(6))
        .until(() -> platform.get(path), answer -> answer.status() != 429);
  }

  private static List<Answer> done(List<CompletableFuture<Answer>> waits) {
    return waits.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
  }

  private static String accepted(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().get("id").asText();
  }
}

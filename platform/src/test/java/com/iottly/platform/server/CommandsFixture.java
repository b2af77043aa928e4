package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A device and its commands. */
class CommandsFixture {

  static final int PENDING = 8;
  static final int IN_FLIGHT = 3;
  static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;

  static TestPlatform platform;
  static ExecutorService callers;

  Provisioned device;
  long sequence;

  @BeforeAll
  static void open() {
    callers = Executors.newVirtualThreadPerTaskExecutor();
    platform =
        TestPlatform.on(
            folder,
            Map.of(
                "COMMAND_PENDING_PER_DEVICE", Integer.toString(PENDING),
                "DEVICE_COMMANDS_IN_FLIGHT", Integer.toString(IN_FLIGHT)));
  }

  @AfterAll
  static void close() {
    platform.close();
    callers.close();
  }

  @BeforeEach
  void provision() {
    device = platform.provision("commanded");
    sequence = 0;
  }

  String path() {
    return platform.device(device.id()) + "/command";
  }

  static String body(String content) {
    return "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \"" + content + "\"}}";
  }

  static String body(String content, long ttl) {
    return body(content).replaceFirst("}$", ", \"ttl\": " + ttl + "}");
  }

  /** Sends a command and returns its id. */
  String send(String content) {
    return accepted(platform.post(path(), body(content))).get("id").asText();
  }

  static JsonNode accepted(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  JsonNode show(String id) {
    return accepted(platform.get(path() + "/" + id));
  }

  String state(String id) {
    return show(id).get("state").asText();
  }

  void awaitState(String id, String state) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(id)).isEqualTo(state));
  }

  TestDevice connect() throws Exception {
    return TestDevice.hello(platform, device.token(), 1);
  }

  void reply(TestDevice link, String id, String state) throws Exception {
    link.reply(++sequence, id, state);
  }

  CompletableFuture<Answer> later(java.util.function.Supplier<Answer> call) {
    return CompletableFuture.supplyAsync(call, callers);
  }

  static Answer get(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static List<String> next(TestDevice link, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(link.expect(Frame.Command.class).id());
    }
    return ids;
  }
}

package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of commands, from the HTTP call to the device and back (contract §5). */
class CommandsTest {

  private static final int PENDING = 8;
  private static final int IN_FLIGHT = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static ExecutorService callers;

  private Provisioned device;
  private long sequence;

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

  private String path() {
    return platform.device(device.id()) + "/command";
  }

  private static String body(String content) {
    return "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \"" + content + "\"}}";
  }

  private static String body(String content, long ttl) {
    return body(content).replaceFirst("}$", ", \"ttl\": " + ttl + "}");
  }

  /** Sends a command and returns its id. */
  private String send(String content) {
    return accepted(platform.post(path(), body(content))).get("id").asText();
  }

  private static JsonNode accepted(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private JsonNode show(String id) {
    return accepted(platform.get(path() + "/" + id));
  }

  private String state(String id) {
    return show(id).get("state").asText();
  }

  private void awaitState(String id, String state) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(id)).isEqualTo(state));
  }

  private TestDevice connect() throws Exception {
    return TestDevice.hello(platform, device.token(), 1);
  }

  private void reply(TestDevice link, String id, String state) throws Exception {
    link.reply(++sequence, id, state);
  }

  private CompletableFuture<Answer> later(java.util.function.Supplier<Answer> call) {
    return CompletableFuture.supplyAsync(call, callers);
  }

  private static Answer get(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aCommandGoesFromQueuedToSucceededWithItsResult() throws Exception {
    JsonNode queued = accepted(platform.post(path(), body("hi")));
    String id = queued.get("id").asText();
    assertThat(queued.get("status").asInt()).isEqualTo(200);
    assertThat(queued.get("cmd_type").asText()).isEqualTo("echo");
    assertThat(queued.get("state").asText()).isEqualTo("queued");
    assertThat(queued.get("command"))
        .isEqualTo(TestPlatform.JSON.readTree("{\"echo\": {\"content\": \"hi\"}}"));
    assertThat(
            Duration.between(
                Instant.parse(queued.get("created").asText()),
                Instant.parse(queued.get("expires").asText())))
        .isBetween(Duration.ofHours(24).minusSeconds(1), Duration.ofHours(24).plusSeconds(1));
    try (TestDevice link = connect()) {
      Frame.Command command = link.expect(Frame.Command.class);
      assertThat(command.id()).isEqualTo(id);
      assertThat(command.type()).isEqualTo("echo");
      assertThat(command.body()).hasToString("{\"echo\":{\"content\":\"hi\"}}");
      assertThat(command.ttlMillis()).isBetween(1L, Duration.ofHours(24).toMillis());
      awaitState(id, "sent");
      reply(link, id, "delivered");
      awaitState(id, "delivered");
      link.reply(
          ++sequence,
          "{\"id\": \"%s\", \"state\": \"succeeded\", \"result\": {\"answer\": [42, \"è\"]}}"
              .formatted(id));
      awaitState(id, "succeeded");
    }
    assertThat(show(id).get("result"))
        .isEqualTo(TestPlatform.JSON.readTree("{\"answer\": [42, \"è\"]}"));
    assertThat(show(id).has("error_detail")).isFalse();
  }

  @Test
  void aFailureTellsWhy() throws Exception {
    String id = send("hi");
    try (TestDevice link = connect()) {
      link.expect(Frame.Command.class);
      reply(link, id, "delivered");
      link.reply(
          ++sequence,
          "{\"id\":\"%s\",\"state\":\"failed\",\"error\":\"%s\"}".formatted(id, "x".repeat(3_000)));
      awaitState(id, "failed");
    }
    assertThat(show(id).get("error_detail").asText()).isEqualTo("x".repeat(2_000));
  }

  @Test
  void aFixedValueMayBeLeftOut() {
    JsonNode command = accepted(platform.post(path(), "{\"cmd_type\": \"echo\"}"));
    assertThat(command.at("/command/echo/content").asText()).isEqualTo("IOTTLY hello world!!!!");
    JsonNode choice =
        accepted(
            platform.post(
                path(),
                "{\"cmd_type\": \"examplecommand\", \"values\": {\"examplecommand.status\": \"stop\"}}"));
    assertThat(choice.at("/command/examplecommand/status").asText()).isEqualTo("stop");
  }

  @Test
  void waitingCommandsGoOutInOrderOnEachNewConnectionUntilTheyAreConfirmed() throws Exception {
    List<String> ids = List.of(send("1"), send("2"), send("3"));
    try (TestDevice link = connect()) {
      assertThat(next(link, 3)).isEqualTo(ids);
      awaitState(ids.get(2), "sent");
      reply(link, ids.getFirst(), "delivered");
      link.awaitAck(1);
    }
    try (TestDevice link = connect()) {
      assertThat(next(link, 2)).isEqualTo(ids.subList(1, 3));
      assertThat(link.untilPong()).isEmpty();
    }
  }

  private static List<String> next(TestDevice link, int count) throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(link.expect(Frame.Command.class).id());
    }
    return ids;
  }

  @Test
  void aConnectedDeviceGetsACommandAtOnce() throws Exception {
    try (TestDevice link = connect()) {
      String id = send("now");
      assertThat(link.expect(Frame.Command.class).id()).isEqualTo(id);
    }
  }

  @Test
  void aCommandWhoseTimeIsUpExpiresAndIsNotSent() throws Exception {
    String id = accepted(platform.post(path(), body("late", 1))).get("id").asText();
    awaitState(id, "expired");
    String second = send("in time");
    try (TestDevice link = connect()) {
      assertThat(link.expect(Frame.Command.class).id()).isEqualTo(second);
    }
  }

  @Test
  void theDevicesOwnWordWinsOverExpiry() throws Exception {
    try (TestDevice link = connect()) {
      String id = accepted(platform.post(path(), body("slow", 1))).get("id").asText();
      link.expect(Frame.Command.class);
      awaitState(id, "expired");
      reply(link, id, "succeeded");
      awaitState(id, "succeeded");
    }
  }

  @Test
  void ttlZeroIsForADeviceThatIsConnectedNow() throws Exception {
    Answer refused = platform.post(path(), body("now", 0));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().get("code").asText()).isEqualTo("not_connected");
    assertThat(accepted(platform.get(path())).get("commands")).isEmpty();
    try (TestDevice link = connect()) {
      String id = accepted(platform.post(path(), body("now", 0))).get("id").asText();
      Frame.Command command = link.expect(Frame.Command.class);
      assertThat(command.id()).isEqualTo(id);
      assertThat(command.ttlMillis()).isBetween(1L, 10_000L);
    }
  }

  @Test
  void aWaitEndsWithTheDevicesAnswer() throws Exception {
    try (TestDevice link = connect()) {
      CompletableFuture<Answer> answer =
          later(() -> platform.post(path() + "?wait=60", body("wait")));
      String id = link.expect(Frame.Command.class).id();
      CompletableFuture<Answer> second = later(() -> platform.get(path() + "/" + id + "?wait=60"));
      reply(link, id, "delivered");
      link.awaitAck(1);
      reply(link, id, "succeeded");
      assertThat(accepted(get(answer)).get("state").asText()).isEqualTo("succeeded");
      assertThat(accepted(get(second)).get("state").asText()).isEqualTo("succeeded");
    }
  }

  @Test
  void aWaitThatRunsOutAnswersWithThePresentState() throws Exception {
    assertThat(accepted(platform.post(path() + "?wait=1", body("x"))).get("state").asText())
        .isEqualTo("queued");
    assertThat(platform.post(path() + "?wait=61", body("x")).status()).isEqualTo(400);
    assertThat(platform.post(path() + "?wait=-1", body("x")).status()).isEqualTo(400);
  }

  @Test
  void aWaitEndsWhenTheCommandExpiresOrIsCancelled() throws Exception {
    Answer expired = get(later(() -> platform.post(path() + "?wait=60", body("x", 1))));
    assertThat(accepted(expired).get("state").asText()).isEqualTo("expired");
    String id = send("y");
    CompletableFuture<Answer> waiting = later(() -> platform.get(path() + "/" + id + "?wait=60"));
    accepted(platform.delete(path() + "/" + id));
    assertThat(accepted(get(waiting)).get("state").asText()).isEqualTo("cancelled");
  }

  @Test
  void aRestartEndsTheWaitsWithThePresentState() throws Exception {
    String id = send("x");
    CompletableFuture<Answer> waiting = later(() -> platform.get(path() + "/" + id + "?wait=60"));
    // A second request on its way: when it is answered, the first is in progress.
    accepted(platform.get(path() + "/" + id + "?wait=1"));
    platform.restart();
    assertThat(accepted(get(waiting)).get("state").asText()).isEqualTo("queued");
  }

  private Answer post(String key, String body) {
    return platform.send(
        platform
            .request(path())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void aRepeatUnderAnIdempotencyKeyAnswersWithTheFirstOnesCommand() {
    String key = "key of " + device.id();
    JsonNode first = accepted(post(key, body("x")));
    assertThat(first.has("repeated")).isFalse();
    JsonNode second = accepted(post(key, body("x")));
    assertThat(second.get("repeated").asBoolean()).isTrue();
    assertThat(second.get("id")).isEqualTo(first.get("id"));
    platform.restart();
    assertThat(accepted(post(key, body("x"))).get("id")).isEqualTo(first.get("id"));
    assertThat(accepted(platform.get(path())).get("commands")).hasSize(1);
    for (String other : List.of(body("y"), body("x", 60), "{\"cmd_type\": \"echo\"}")) {
      Answer reused = post(key, other);
      assertThat(reused.status()).isEqualTo(409);
      assertThat(reused.json().get("code").asText()).isEqualTo("idempotency_key_reused");
    }
    Provisioned before = device;
    device = platform.provision("another");
    assertThat(post(key, body("x")).status()).isEqualTo(409);
    device = before;
  }

  @Test
  void aRepeatIsARepeatWhateverHasChangedSince() throws Exception {
    String key = "now or never " + device.id();
    String id;
    try (TestDevice _ = connect()) {
      id = accepted(post(key, body("x", 0))).get("id").asText();
    }
    await().atMost(PATIENCE).until(() -> platform.post(path(), body("y", 0)).status() == 409);
    JsonNode repeat = accepted(post(key, body("x", 0)));
    assertThat(repeat.get("id").asText()).isEqualTo(id);
    assertThat(repeat.get("repeated").asBoolean()).isTrue();
  }

  @Test
  void aCommandIsCancelledUntilItsDeviceHasIt() throws Exception {
    String id = send("x");
    assertThat(accepted(platform.delete(path() + "/" + id)).get("state").asText())
        .isEqualTo("cancelled");
    assertThat(accepted(platform.delete(path() + "/" + id)).get("state").asText())
        .isEqualTo("cancelled");
    String second = send("y");
    try (TestDevice link = connect()) {
      assertThat(link.expect(Frame.Command.class).id()).isEqualTo(second);
      reply(link, second, "delivered");
      link.awaitAck(1);
      assertThat(accepted(platform.delete(path() + "/" + second)).get("state").asText())
          .isEqualTo("delivered");
    }
  }

  @Test
  void commandsAreListedNewestFirstAPageAtATime() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.addFirst(send("" + i));
    }
    assertThat(listed("")).isEqualTo(ids);
    assertThat(listed("?limit=2")).isEqualTo(ids.subList(0, 2));
    assertThat(listed("?limit=2&before=" + ids.get(1))).isEqualTo(ids.subList(2, 4));
    assertThat(listed("?limit=100&before=" + ids.get(4))).isEmpty();
    Provisioned other = platform.provision("other");
    assertThat(platform.get(platform.device(other.id()) + "/command?before=" + ids.get(1)).status())
        .isEqualTo(404);
    assertThat(platform.get(platform.device(other.id()) + "/command/" + ids.get(1)).status())
        .isEqualTo(404);
    assertThat(platform.delete(platform.device(other.id()) + "/command/" + ids.get(1)).status())
        .isEqualTo(404);
  }

  private List<String> listed(String query) {
    List<String> ids = new ArrayList<>();
    accepted(platform.get(path() + query))
        .get("commands")
        .forEach(command -> ids.add(command.get("id").asText()));
    return ids;
  }

  @Test
  void asManyCommandsWaitAsAreAllowed() {
    String key = "the first of " + device.id();
    accepted(post(key, body("0")));
    for (int i = 1; i < PENDING; i++) {
      send("" + i);
    }
    Answer refused = platform.post(path(), body("one more"));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.json().get("code").asText()).isEqualTo("too_many_pending");
    assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
    assertThat(accepted(post(key, body("0"))).get("repeated").asBoolean()).isTrue();
    accepted(platform.delete(path() + "/" + listed("?limit=1").getFirst()));
    send("there is room again");
  }

  @Test
  void aReplyOfAnotherDeviceHasNoEffect() throws Exception {
    String id = send("mine");
    Provisioned other = platform.provision("other");
    try (TestDevice link = TestDevice.hello(platform, other.token(), 1)) {
      link.reply(1, id, "succeeded");
      link.awaitAck(1);
    }
    assertThat(state(id)).isEqualTo("queued");
  }

  @Test
  void commandsOutliveARestart() throws Exception {
    String id = send("before");
    platform.restart();
    assertThat(state(id)).isEqualTo("queued");
    try (TestDevice link = connect()) {
      assertThat(link.expect(Frame.Command.class).id()).isEqualTo(id);
      reply(link, id, "delivered");
      link.awaitAck(1);
    }
    platform.restart();
    assertThat(state(id)).isEqualTo("delivered");
  }

  @Test
  void repliesInAnyOrderAndNumberLeaveTheLastWord() throws Exception {
    String id = send("x");
    try (TestDevice link = connect()) {
      link.expect(Frame.Command.class);
      // No "delivered" before, and perhaps before the platform noted that it was sent.
      reply(link, id, "succeeded");
      reply(link, id, "delivered");
      reply(link, id, "failed");
      reply(link, id, "succeeded");
      link.awaitAck(4);
      assertThat(link.untilPong()).isEmpty();
    }
    assertThat(state(id)).isEqualTo("succeeded");
  }

  @Test
  void onlySoManyCommandsAreOnTheirWayAtOnce() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(send("" + i));
    }
    try (TestDevice link = connect()) {
      assertThat(next(link, IN_FLIGHT)).isEqualTo(ids.subList(0, 3));
      assertThat(link.untilPong()).isEmpty();
      reply(link, ids.getFirst(), "delivered");
      assertThat(next(link, 1)).isEqualTo(ids.subList(3, 4));
      assertThat(link.untilPong()).noneMatch(Frame.Command.class::isInstance);
    }
  }

  @Test
  void commandsThatAreNeverConfirmedDoNotStandInTheWayForEver() throws Exception {
    try (TestDevice link = connect()) {
      for (int i = 0; i < IN_FLIGHT; i++) {
        accepted(platform.post(path(), body("lost", 1)));
      }
      next(link, IN_FLIGHT);
      String id = send("behind them");
      List<Frame> seen = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .until(() -> {
            seen.addAll(link.untilPong());
            return seen.stream()
                .anyMatch(frame -> frame instanceof Frame.Command c && c.id().equals(id));
          });
      assertThat(seen).hasSize(1);
    }
  }

  @Test
  void theMessageCallsShowOnlyWhatTheDeviceSent() throws Exception {
    String id = send("x");
    try (TestDevice link = connect()) {
      link.expect(Frame.Command.class);
      reply(link, id, "delivered");
      reply(link, id, "succeeded");
      link.sendMessage(++sequence, "{\"n\": 1}");
      link.awaitAck(3);
      JsonNode messages =
          platform.get(platform.device(device.id()) + "/messages/paginated").json().get("messages");
      assertThat(messages).hasSize(2);
      assertThat(messages.at("/0/payload/n").asInt()).isEqualTo(1);
      assertThat(messages.at("/1/payload/connectionstatus").asText()).isEqualTo("connected");
    }
  }
}

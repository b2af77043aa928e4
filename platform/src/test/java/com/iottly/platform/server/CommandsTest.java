package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The life of commands, from the HTTP call to the device and back (contract §5). */
class CommandsTest extends CommandsFixture {

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
      String id = accepted(platform.post(path(), body("slow", 2))).get("id").asText();
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

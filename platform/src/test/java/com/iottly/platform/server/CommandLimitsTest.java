package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Repeats, cancelling, lists and limits of commands (contract §5). */
class CommandLimitsTest extends CommandsFixture {

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
}

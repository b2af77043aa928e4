package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What subscriptions get. */
class StreamTest {

  @TempDir Path folder;

  private TestPlatform platform;

  @BeforeEach
  void open() {
    platform = TestPlatform.on(folder);
  }

  @AfterEach
  void close() {
    platform.close();
  }

  @Test
  void aMessageComesAsThePaginatedCallShowsIt() throws Exception {
    Provisioned box = platform.provision("Box");
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
        TestStream stream = TestStream.open(platform)) {
      stream.subscribe("all", "\"type\":\"userdefined\"");
      stream.expect("live");
      device.send(
          new Frame.Batch(
              1,
              List.of(
                  new DeviceMessage(
                      Kind.USERDEFINED,
                      1_000,
                      true,
                      "città",
                      Payload.of("{ \"n\": [1, 2.50], \"é\": null }")))));
      JsonNode event = stream.events(1).getFirst();
      assertThat(event.get("kind").asText()).isEqualTo("message");
      assertThat(event.get("message"))
          .isEqualTo(
              platform
                  .get(platform.device(box.id()) + "/messages/paginated?type=userdefined")
                  .json()
                  .at("/messages/0"));
    }
  }

  @Test
  void filtersChooseByDeviceTypeChannelAndQuery() throws Exception {
    Provisioned one = platform.provision("One");
    Provisioned two = platform.provision("Two");
    try (TestDevice first = TestDevice.hello(platform, one.token(), 1);
        TestDevice second = TestDevice.hello(platform, two.token(), 1);
        TestStream stream = TestStream.open(platform)) {
      stream.subscribe("device", "\"devices\":[\"" + two.id() + "\"]", "\"type\":\"userdefined\"");
      stream.expect("live");
      stream.subscribe("channel", "\"channel\":\"alarms\"");
      stream.expect("live");
      stream.subscribe("query", "\"queryJson\":{\"payload.n\":{\"$gte\":3}}");
      stream.expect("live");
      stream.subscribe("text", "\"queryJson\":\"{\\\"payload.n\\\":1}\"");
      stream.expect("live");
      first.send(new Frame.Batch(1, List.of(on("alarms", 1), on(null, 2))));
      first.awaitAck(2);
      second.send(new Frame.Batch(1, List.of(on("news", 3), on("alarms", 4))));
      second.awaitAck(2);
      assertThat(numbers(stream, 7))
          .containsExactlyInAnyOrder(
              "device 3", "device 4", "channel 1", "channel 4", "query 3", "query 4", "text 1");
    }
  }

  private static DeviceMessage on(String channel, int number) {
    return new DeviceMessage(
        Kind.USERDEFINED, 1_000, true, channel, Payload.of("{\"n\":" + number + "}"));
  }

  private static List<String> numbers(TestStream stream, int count) throws Exception {
    List<String> numbers = new ArrayList<>();
    while (numbers.size() < count) {
      JsonNode frame = stream.expect("events");
      frame
          .get("events")
          .forEach(event ->
              numbers.add(
                  frame.get("subscription").asText() + " " + event.at("/message/payload/n")));
    }
    assertThat(stream.untilPong()).isEmpty();
    return numbers;
  }

  @Test
  void presenceAndCommandsAreKindsOfTheirOwn() throws Exception {
    Provisioned box = platform.provision("Box");
    try (TestStream stream = TestStream.open(platform)) {
      stream.subscribe("s", "\"kinds\":[\"presence\",\"command\"]");
      stream.expect("live");
      try (TestDevice device = TestDevice.hello(platform, box.token(), 1)) {
        JsonNode came = stream.events(1).getFirst();
        assertThat(came.get("kind").asText()).isEqualTo("presence");
        assertThat(came.get("operatingstatus").asText()).isEqualTo("connected");
        assertThat(came.get("device").asText()).isEqualTo(box.id());
        String id =
            platform
                .post(
                    platform.device(box.id()) + "/command", "{\"cmd_type\":\"echo\",\"values\":{}}")
                .json()
                .get("id")
                .asText();
        device.expect(Frame.Command.class);
        device.reply(1, "{\"id\":\"" + id + "\",\"state\":\"succeeded\",\"result\":{\"ok\":true}}");
        List<JsonNode> changes = stream.events(3);
        assertThat(changes).extracting(change -> change.get("command").asText()).containsOnly(id);
        assertThat(changes)
            .extracting(change -> change.get("state").asText())
            .containsExactly("queued", "sent", "succeeded");
        assertThat(changes.getLast().get("result").toString()).isEqualTo("{\"ok\":true}");
      }
      JsonNode left = stream.events(1).getFirst();
      assertThat(left.get("operatingstatus").asText()).isEqualTo("disconnected");
    }
  }

  @Test
  void aPresenceChangeIsOneEventAndAMessageToWhomDoesNotAskForPresence() throws Exception {
    Provisioned box = platform.provision("Box");
    try (TestStream stream = TestStream.open(platform)) {
      stream.subscribe("both", "\"kinds\":[\"presence\",\"message\"]");
      stream.expect("live");
      try (TestDevice _ = TestDevice.hello(platform, box.token(), 1)) {
        assertThat(stream.events(1).getFirst().get("kind").asText()).isEqualTo("presence");
      }
      stream.events(1);
      stream.send("{\"op\":\"unsubscribe\",\"subscription\":\"both\"}");
      stream.expect("unsubscribed");
      stream.subscribe("messages", "\"from\":{\"time\":0}");
      assertThat(stream.events(2))
          .extracting(event -> event.at("/message/payload/connectionstatus").asText())
          .containsExactly("connected", "disconnected");
    }
  }

  @Test
  void anotherProjectsEventsAreNotSeen() throws Exception {
    String other = platform.admin("project", "create", "Other", "--json").get("id").asText();
    String key =
        platform
            .admin("key", "create", other, "--description", "x", "--json")
            .get("secret")
            .asText();
    Provisioned box = platform.provision("Box");
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
        TestStream stream = TestStream.open(platform, other, "Authentication", "bearer " + key)) {
      stream.subscribe("past", "\"from\":{\"time\":0}", "\"devices\":[\"" + box.id() + "\"]");
      stream.expect("live");
      stream.subscribe("now");
      stream.expect("live");
      device.sendMessage(1, "{\"n\":1}");
      device.awaitAck(1);
      platform.post(
          platform.device(box.id()) + "/command", "{\"cmd_type\":\"echo\",\"values\":{}}");
      assertThat(stream.untilPong()).isEmpty();
    }
  }

  @Test
  void behindUnsubscribedNothingFollows() throws Exception {
    Provisioned box = platform.provision("Box");
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
        TestStream stream = TestStream.open(platform)) {
      stream.subscribe("a");
      stream.expect("live");
      stream.send("{\"op\":\"unsubscribe\",\"subscription\":\"a\",\"id\":7}");
      assertThat(stream.expect("unsubscribed").get("id").asInt()).isEqualTo(7);
      device.sendMessage(1, "{\"n\":1}");
      device.awaitAck(1);
      stream.subscribe("a", "\"type\":\"userdefined\"");
      stream.expect("live");
      device.sendMessage(2, "{\"n\":2}");
      assertThat(stream.events(1).getFirst().at("/message/payload/n").asInt()).isEqualTo(2);
    }
  }

  @Test
  void aHeartbeatMovesOnThePlaceOfAQuietSubscription() throws Exception {
    platform.close();
    platform = TestPlatform.on(folder.resolve("2"), Map.of("STREAM_HEARTBEAT", "500ms"));
    Provisioned box = platform.provision("Box");
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
        TestStream stream = TestStream.open(platform)) {
      String start = stream.subscribe("quiet", "\"channel\":\"never\"").get("cursor").asText();
      device.sendMessage(1, "{\"n\":1}");
      device.awaitAck(1);
      JsonNode cursors = stream.heartbeat().get("cursors");
      while (cursors.path("quiet").asText(start).equals(start)) {
        cursors = stream.heartbeat().get("cursors");
      }
      String later = cursors.get("quiet").asText();
      device.sendMessage(2, "{\"n\":2}");
      stream.subscribe("on", "\"type\":\"userdefined\"", "\"from\":{\"cursor\":\"" + later + "\"}");
      assertThat(stream.events(1).getFirst().at("/message/payload/n").asInt()).isEqualTo(2);
    }
  }
}

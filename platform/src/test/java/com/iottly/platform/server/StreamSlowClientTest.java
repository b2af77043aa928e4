package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that does not read, beside others that do. */
class StreamSlowClientTest {

  private static final int MESSAGES = 3_000;
  private static final int BATCH = 20;

  /** Far more than the operating system keeps for a client in all. */
  private static final String FILLING = "x".repeat(8_000);

  @TempDir Path folder;

  @Test
  void itMissesEventsIsToldHowManyAndCatchesUpFromTheCursorWhileOthersGetAll() throws Exception {
    Map<String, String> settings = Map.of("STREAM_QUEUE_BYTES", "1MiB");
    try (TestPlatform platform = TestPlatform.on(folder, settings)) {
      Provisioned box = platform.provision("Box");
      try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
          RawWebSocket slow = RawWebSocket.stream(platform).passHandshake();
          TestStream quick = TestStream.open(platform)) {
        subscribeAndGoLive(slow);
        quick.subscribe("q", "\"type\":\"userdefined\"");
        quick.expect("live");
        List<Integer> heard = new ArrayList<>();
        for (int first = 1; first <= MESSAGES; first += BATCH) {
          device.send(new Frame.Batch(first, batch(first)));
          while (heard.size() < first + BATCH - 1) {
            assertThat(take(quick.expect("events"), heard)).isNotEmpty();
          }
        }
        assertThat(heard).isEqualTo(all());

        List<Integer> before = new ArrayList<>();
        JsonNode frame = untilLagged(slow, before);

        subscribe(slow, "b", ",\"from\":{\"cursor\":\"" + frame.get("cursor").asText() + "\"}");
        assertThat(next(slow).get("op").asText()).isEqualTo("subscribed");
        while (before.size() < MESSAGES) {
          take(next(slow), before);
        }
        assertThat(before).isEqualTo(all());
      }
    }
  }

  @Test
  void itMissesEventsWhenTooMuchIsOnItsWayToAllThoughNotToIt() throws Exception {
    Map<String, String> settings =
        Map.of("STREAM_QUEUE_BYTES", "1GiB", "STREAM_TOTAL_QUEUE_BYTES", "1MiB");
    try (TestPlatform platform = TestPlatform.on(folder, settings)) {
      Provisioned box = platform.provision("Box");
      try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
          RawWebSocket slow = RawWebSocket.stream(platform).passHandshake()) {
        subscribeAndGoLive(slow);
        for (int first = 1; first <= MESSAGES; first += BATCH) {
          device.send(new Frame.Batch(first, batch(first)));
          device.awaitAck(first + BATCH - 1);
        }
        int missed = 0;
        for (int heard = 0; heard + missed < MESSAGES; ) {
          JsonNode frame = next(slow);
          heard += frame.path("events").size();
          missed += frame.path("missed").asInt();
        }
        assertThat(missed).isPositive();
      }
    }
  }

  private static void subscribeAndGoLive(RawWebSocket slow) throws Exception {
    assertThat(slow.nextText()).contains("hello");
    subscribe(slow, "a", "");
    assertThat(slow.nextText()).contains("subscribed");
    assertThat(slow.nextText()).contains("\"live\"");
  }

  /** Reads the events it did not miss, and the frame that tells of the others. */
  private static JsonNode untilLagged(RawWebSocket slow, List<Integer> before) throws Exception {
    JsonNode frame = TestPlatform.json(slow.nextText());
    while (frame.get("op").asText().equals("events")) {
      take(frame, before);
      frame = next(slow);
    }
    assertThat(frame.get("op").asText()).as(frame.toString()).isEqualTo("lagged");
    assertThat(before).isEqualTo(all().subList(0, before.size()));
    int missed = frame.get("missed").asInt();
    assertThat(before.size() + missed).isEqualTo(MESSAGES);
    assertThat(missed).isGreaterThan(MESSAGES / 4);
    return frame;
  }

  private static JsonNode next(RawWebSocket slow) throws Exception {
    JsonNode frame = TestPlatform.json(slow.nextText());
    return frame.get("op").asText().equals("heartbeat") ? next(slow) : frame;
  }

  private static void subscribe(RawWebSocket slow, String name, String more) throws Exception {
    String frame =
        "{\"op\":\"subscribe\",\"subscription\":\"%s\",\"type\":\"userdefined\"%s}"
            .formatted(name, more);
    slow.send(RawWebSocket.frame(RawWebSocket.TEXT, frame.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Integer> take(JsonNode frame, List<Integer> into) {
    frame.path("events").forEach(event -> into.add(event.at("/message/payload/n").asInt()));
    return into;
  }

  private static List<DeviceMessage> batch(int first) {
    return IntStream.range(first, first + BATCH)
        .mapToObj(n ->
            new DeviceMessage(
                Kind.USERDEFINED,
                n,
                true,
                null,
                Payload.of("{\"n\":" + n + ",\"filling\":\"" + FILLING + "\"}")))
        .toList();
  }

  private static List<Integer> all() {
    return IntStream.rangeClosed(1, MESSAGES).boxed().toList();
  }
}

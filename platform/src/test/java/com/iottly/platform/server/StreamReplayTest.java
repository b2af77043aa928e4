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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From any place in the past into the present, while messages pour in. */
class StreamReplayTest {

  private static final int DEVICES = 3;
  private static final int MESSAGES = 4_000;
  private static final int CLIENTS = 8;

  @TempDir Path folder;

  @Test
  void clientsThatComeAndGoAtAnyPlaceMissNothingAndRepeatNothing() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("StreamReplayTest seed " + seed);
    Map<String, String> fewerReplaysThanClients = Map.of("STREAM_REPLAYS", "2");
    try (TestPlatform platform = TestPlatform.on(folder, fewerReplaysThanClients);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int number = 0; number < DEVICES; number++) {
        Provisioned box = platform.provision("Box " + number);
        Random random = new Random(seed + number);
        running.add(threads.submit(() -> pour(platform, box, random)));
      }
      for (int number = 0; number < CLIENTS; number++) {
        Random random = new Random(seed - 1 - number);
        running.add(threads.submit(() -> follow(platform, random)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  private static Void pour(TestPlatform platform, Provisioned box, Random random) throws Exception {
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1)) {
      int next = 1;
      while (next <= MESSAGES) {
        int end = Math.min(MESSAGES, next + random.nextInt(60));
        List<DeviceMessage> batch =
            IntStream.rangeClosed(next, end)
                .mapToObj(n ->
                    new DeviceMessage(
                        Kind.USERDEFINED, n, true, null, Payload.of("{\"n\":" + n + "}")))
                .toList();
        device.send(new Frame.Batch(next, batch));
        device.awaitAck(end);
        next = end + 1;
      }
    }
    return null;
  }

  /** Reads on from where it left, in connections of random length. */
  private static Void follow(TestPlatform platform, Random random) throws Exception {
    Map<String, List<Integer>> seen = new LinkedHashMap<>();
    String from = "{\"time\":0}";
    int left = DEVICES * MESSAGES;
    while (left > 0) {
      try (TestStream stream = TestStream.open(platform)) {
        String filter =
            random.nextBoolean()
                ? "\"type\":\"userdefined\""
                : "\"queryJson\":{\"payload.n\":{\"$gt\":0}}";
        stream.subscribe("s" + left, filter, "\"from\":" + from);
        int stay = 1 + random.nextInt(3_000);
        while (left > 0 && stay > 0) {
          JsonNode frame = stream.next();
          if (frame.get("op").asText().equals("lagged")) {
            break;
          }
          for (JsonNode event : frame.path("events")) {
            seen.computeIfAbsent(event.at("/message/from").asText(), _ -> new ArrayList<>())
                .add(event.at("/message/payload/n").asInt());
            from = "{\"cursor\":\"" + event.get("cursor").asText() + "\"}";
            left--;
            stay--;
          }
        }
      }
    }
    List<Integer> all = IntStream.rangeClosed(1, MESSAGES).boxed().toList();
    assertThat(seen).hasSize(DEVICES);
    assertThat(seen.values()).allSatisfy(numbers -> assertThat(numbers).isEqualTo(all));
    return null;
  }

  @Test
  void aCursorIsGoodOverARestart() throws Exception {
    try (TestPlatform platform = TestPlatform.on(folder)) {
      Provisioned box = platform.provision("Box");
      String cursor;
      try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
          TestStream stream = TestStream.open(platform)) {
        stream.subscribe("s", "\"type\":\"userdefined\"");
        stream.expect("live");
        device.sendMessage(1, "{\"n\":1}");
        cursor = stream.events(1).getFirst().get("cursor").asText();
        device.sendMessage(2, "{\"n\":2}");
        device.awaitAck(2);
        platform.restart();
        assertThat(stream.closeCode()).isEqualTo(1001);
      }
      try (TestStream stream = TestStream.open(platform)) {
        stream.subscribe(
            "s", "\"type\":\"userdefined\"", "\"from\":{\"cursor\":\"" + cursor + "\"}");
        assertThat(stream.events(1).getFirst().at("/message/payload/n").asInt()).isEqualTo(2);
        stream.expect("live");
      }
    }
  }

  @Test
  void aTimeBeginsWithWhatHappenedThen() throws Exception {
    try (TestPlatform platform = TestPlatform.on(folder)) {
      Provisioned box = platform.provision("Box");
      try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
          TestStream stream = TestStream.open(platform)) {
        stream.subscribe("s", "\"type\":\"userdefined\"");
        stream.expect("live");
        device.sendMessage(1, "{\"n\":1}");
        String then = stream.events(1).getFirst().at("/message/timestamp").asText();
        stream.subscribe("t", "\"type\":\"userdefined\"", "\"from\":{\"time\":\"" + then + "\"}");
        assertThat(stream.events(1).getFirst().at("/message/payload/n").asInt()).isEqualTo(1);
        stream.expect("live");
        stream.subscribe("u", "\"from\":{\"time\":\"2999-01-01\"}");
        stream.expect("live");
      }
    }
  }
}

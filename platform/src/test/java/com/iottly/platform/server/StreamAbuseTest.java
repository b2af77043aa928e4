package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that say nonsense, too much, or nothing. */
class StreamAbuseTest {

  private static final byte[] PING =
      RawWebSocket.frame(RawWebSocket.TEXT, "{\"op\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
  private static final long MOST = 64 << 20;

  @TempDir static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder.resolve("shared"));
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello | bad_json",
        "[1] | bad_json",
        "{\"op\":\"ping\"} {} | bad_json",
        "{\"op\":\"ping\",\"op\":\"ping\"} | bad_json",
        "{} | unknown_op",
        "{\"op\":7} | bad_member",
        "{\"op\":\"dance\"} | unknown_op",
        "{\"v\":2,\"op\":\"ping\"} | unsupported_version",
        "{\"op\":\"ping\",\"id\":{}} | bad_member",
        "{\"op\":\"ping\",\"x\":1} | unknown_member",
        "{\"op\":\"subscribe\"} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"\"} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"kinds\":[]} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"kinds\":[\"shell\"]} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"devices\":[]} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"devices\":[\"x\"]} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"type\":\"x\"} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"channel\":1} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"queryJson\":1} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"queryJson\":\"x\"} | filter_not_json",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"queryJson\":{\"$where\":1}} | unknown_operator",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"from\":\"then\"} | bad_member",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"from\":{\"cursor\":\"x\"}} | bad_cursor",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"from\":{\"time\":\"x\"}} | bad_time",
        "{\"op\":\"subscribe\",\"subscription\":\"s\",\"from\":{\"cursor\":\"x\",\"time\":1}} | bad_member",
        "{\"op\":\"unsubscribe\",\"subscription\":\"nobody\"} | unknown_subscription",
      })
  void nonsenseIsRefusedByNameAndTheConnectionGoesOn(String frame, String code) throws Exception {
    try (TestStream stream = TestStream.open(platform)) {
      stream.send(frame);
      assertThat(stream.refusal()).isEqualTo(code);
      assertThat(stream.untilPong()).isEmpty();
    }
  }

  @Test
  void jsonThatNestsTooDeepIsRefused() throws Exception {
    try (TestStream stream = TestStream.open(platform)) {
      stream.send("{\"op\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}");
      assertThat(stream.refusal()).isEqualTo("bad_json");
      assertThat(stream.untilPong()).isEmpty();
    }
  }

  @Test
  void binaryFramesNobodyAskedForAreRefusedOneByOne() throws Exception {
    try (TestStream stream = TestStream.open(platform)) {
      for (int i = 0; i < 100; i++) {
        stream.sendBinary(new byte[] {0, 0, 0, 1, 42});
      }
      for (int i = 0; i < 100; i++) {
        assertThat(stream.refusal()).isEqualTo("unknown_channel");
      }
      assertThat(stream.untilPong()).isEmpty();
    }
  }

  @Test
  void ofThousandsOfSubscribesOnlySoManyAreTaken() throws Exception {
    try (TestStream stream = TestStream.open(platform)) {
      for (int i = 0; i < 3_000; i++) {
        stream.send("{\"op\":\"subscribe\",\"id\":" + i + ",\"subscription\":\"s" + i + "\"}");
      }
      List<JsonNode> answers =
          stream.untilPong().stream()
              .filter(frame -> !frame.get("op").asText().equals("live"))
              .toList();
      assertThat(answers).extracting(answer -> answer.get("id").asInt()).isSorted().hasSize(3_000);
      assertThat(answers.subList(0, 20))
          .allMatch(answer -> answer.get("op").asText().equals("subscribed"));
      assertThat(answers.subList(20, 3_000))
          .allMatch(answer -> answer.path("code").asText().equals("too_many_subscriptions"));
    }
  }

  @Test
  void whoAsksAndAsksWithoutReadingIsNotReadAnyMore() throws Exception {
    try (RawWebSocket client = RawWebSocket.stream(platform)) {
      assertThat(client.flood(PING, MOST)).isLessThan(MOST);
    }
    try (RawWebSocket client = RawWebSocket.stream(platform)) {
      byte[] binary = RawWebSocket.frame(RawWebSocket.BINARY, new byte[5]);
      assertThat(client.flood(binary, MOST)).isLessThan(MOST);
    }
  }

  @Test
  void aDeadClientLosesItsPlace() throws Exception {
    Map<String, String> settings = Map.of("STREAM_HEARTBEAT", "200ms", "STREAM_CONNECTIONS", "1");
    try (TestPlatform small = TestPlatform.on(folder.resolve("small"), settings);
        RawWebSocket _ = RawWebSocket.stream(small)) {
      Awaitility.await()
          .ignoreExceptions()
          .until(() -> {
            TestStream.open(small).close();
            return true;
          });
    }
  }

  @Test
  void aQuietClientThatAnswersPingsStays() throws Exception {
    Map<String, String> settings = Map.of("STREAM_HEARTBEAT", "500ms");
    try (TestPlatform small = TestPlatform.on(folder.resolve("quiet"), settings);
        TestStream stream = TestStream.open(small)) {
      for (int i = 0; i < 6; i++) {
        stream.heartbeat();
      }
      assertThat(stream.untilPong()).isEmpty();
    }
  }
}

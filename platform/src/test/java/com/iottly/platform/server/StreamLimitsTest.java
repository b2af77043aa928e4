package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of streams, each at its edge. */
class StreamLimitsTest {

  @TempDir Path folder;

  private TestPlatform platform;

  private TestPlatform platform(String... settings) {
    platform =
        TestPlatform.on(
            folder,
            IntStream.range(0, settings.length / 2)
                .boxed()
                .collect(
                    Collectors.toMap(i -> "STREAM_" + settings[2 * i], i -> settings[2 * i + 1])));
    return platform;
  }

  @AfterEach
  void close() {
    platform.close();
  }

  @Test
  void aProjectHasSoManyStreamsAndThePlaceOfAClosedOneIsFree() throws Exception {
    platform("CONNECTIONS_PER_PROJECT", "2");
    assertOnlyTwo();
  }

  @Test
  void theServerHasSoManyStreams() throws Exception {
    platform("CONNECTIONS", "2");
    assertOnlyTwo();
  }

  private void assertOnlyTwo() throws Exception {
    TestStream first = TestStream.open(platform);
    try (TestStream second = TestStream.open(platform)) {
      assertThatThrownBy(() -> TestStream.open(platform))
          .cause()
          .isInstanceOfSatisfying(
              WebSocketHandshakeException.class,
              refusal -> {
                assertThat(refusal.getResponse().statusCode()).isEqualTo(429);
                assertThat(refusal.getResponse().headers().firstValue("retry-after")).isPresent();
              });
      first.close();
      Awaitility.await()
          .ignoreExceptions()
          .until(() -> {
            TestStream.open(platform).close();
            return true;
          });
      assertThat(second.untilPong()).isEmpty();
    }
  }

  @Test
  void aConnectionHasSoManySubscriptions() throws Exception {
    platform("SUBSCRIPTIONS", "2");
    try (TestStream stream = TestStream.open(platform)) {
      subscribe(stream, "a");
      subscribe(stream, "b");
      stream.send("{\"op\":\"subscribe\",\"subscription\":\"b\"}");
      assertThat(stream.refusal()).isEqualTo("subscription_exists");
      stream.send("{\"op\":\"subscribe\",\"subscription\":\"c\"}");
      assertThat(stream.refusal()).isEqualTo("too_many_subscriptions");
      stream.send("{\"op\":\"unsubscribe\",\"subscription\":\"a\"}");
      stream.expect("unsubscribed");
      subscribe(stream, "c");
    }
  }

  private static void subscribe(TestStream stream, String name, String... members)
      throws Exception {
    stream.subscribe(name, members);
    stream.expect("live");
  }

  @Test
  void aSubscriptionNamesSoManyDevices() throws Exception {
    platform("DEVICES", "2");
    String[] ids =
        IntStream.range(0, 3).mapToObj(_ -> UUID.randomUUID().toString()).toArray(String[]::new);
    try (TestStream stream = TestStream.open(platform)) {
      subscribe(stream, "a", "\"devices\":[\"" + ids[0] + "\",\"" + ids[1] + "\"]");
      stream.send(
          "{\"op\":\"subscribe\",\"subscription\":\"b\",\"devices\":[\""
              + String.join("\",\"", ids)
              + "\"]}");
      assertThat(stream.refusal()).isEqualTo("bad_member");
    }
  }

  @Test
  void aFrameHasSoManyBytes() throws Exception {
    platform("MAX_FRAME_BYTES", "1024");
    String ping = "{\"op\":\"ping\",\"id\":\"é\"}";
    try (TestStream stream = TestStream.open(platform)) {
      stream.send(ping + " ".repeat(1_024 - ping.length() - 1));
      stream.expect("pong");
      stream.send(ping + " ".repeat(1_024 - ping.length()));
      assertThat(stream.closeCode()).isEqualTo(4413);
    }
    try (TestStream stream = TestStream.open(platform)) {
      stream.send(" ".repeat(2 << 20));
      assertThat(stream.closeCode()).as("in fragments").isEqualTo(4413);
    }
    try (RawWebSocket client = RawWebSocket.stream(platform).passHandshake()) {
      assertThat(client.nextText()).contains("hello");
      ByteBuffer head = ByteBuffer.allocate(14).put(new byte[] {(byte) 0x81, (byte) 0xff});
      client.send(head.putLong(2 << 20).putInt(0).array());
      assertThatThrownBy(client::nextText).hasMessageContaining("hung up");
    }
  }

  @Test
  void soManyTicketsAreOpen() {
    platform("TICKETS", "2");
    String path = "project/" + platform.project() + "/stream/ticket";
    assertThat(List.of(platform.post(path, ""), platform.post(path, "")))
        .allMatch(answer -> answer.status() == 200);
    Answer third = platform.post(path, "");
    assertThat(third.status()).isEqualTo(429);
    assertThat(third.json().get("code").asText()).isEqualTo("too_many_tickets");
  }

  @Test
  void aFilterThatHoldsUpOthersReadsByItselfAndOneThatTakesForEverIsGivenUp() throws Exception {
    String nested = "{\"payload.a\":{\"$regex\":\"(x+x+)+y\"}}";
    platform =
        TestPlatform.on(folder, Map.of("STREAM_FILTER_TIME", "1ms", "QUERY_RUN_TIME", "10ms"));
    Provisioned box = platform.provision("Box");
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1);
        TestStream stream = TestStream.open(platform)) {
      subscribe(stream, "slow", "\"queryJson\":" + nested);
      subscribe(stream, "quick", "\"type\":\"userdefined\"");
      device.sendMessage(1, "{\"a\":\"" + "x".repeat(200_000) + "\"}");
      var frames = List.of(stream.next(), stream.next());
      assertThat(frames)
          .extracting(frame -> frame.get("subscription").asText() + " " + frame.get("op").asText())
          .containsExactlyInAnyOrder("slow ended", "quick events");
      assertThat(frames).anyMatch(frame -> frame.path("code").asText().equals("query_too_slow"));
    }
  }
}

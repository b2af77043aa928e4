package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device link together with what happens beside it: the fleet, admission, abuse. */
class DeviceLinkTest {

  private static final long SEED = Long.getLong("iottly.seed", 20_170_920L);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int WINDOW_BYTES = 64 << 10;

  @TempDir static Path folder;

  private static TestPlatform platform;

  @BeforeAll
  static void open() {
    platform =
        TestPlatform.on(
            folder,
            Map.of(
                "DEVICE_WINDOW_BYTES",
                Integer.toString(WINDOW_BYTES),
                "DEVICE_HELLO_TIMEOUT",
                "500ms"));
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static Response handshake(String... headers) throws Exception {
    StringBuilder request =
        new StringBuilder("GET /ws HTTP/1.1\r\nHost: localhost\r\n")
            .append("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return RawHttp.exchange(platform, request.append("\r\n").toString());
  }

  private static Response withToken(String token) throws Exception {
    return handshake(
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: iottly.v1",
        "Authorization: Bearer " + token);
  }

  private static void assertRejected(String token, String code) throws Exception {
    Response answer = withToken(token);
    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    assertThat(answer.json().get("code").asText()).isEqualTo(code);
    assertThat(answer.json().get("error").asText()).isNotBlank();
  }

  // Tokens

  @Test
  void aForgedTokenIsRefused() throws Exception {
    String[] good = platform.provision("forged").token().split("\\.");
    for (String header :
        List.of(
            "{\"alg\":\"none\"}",
            "{\"alg\":\"None\"}",
            "{\"alg\":\"HS256\"}",
            "{\"alg\":\"RS512\"}",
            "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
            "{ \"alg\":\"RS256\"}",
            "{}")) {
      String head = base64(header.getBytes(StandardCharsets.UTF_8));
      assertRejected(head + "." + good[1] + ".", "token_invalid");
      assertRejected(head + "." + good[1] + "." + good[2], "token_invalid");
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec("secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal((head + "." + good[1]).getBytes(StandardCharsets.UTF_8));
      assertRejected(head + "." + good[1] + "." + base64(signature), "token_invalid");
    }
    String claims = new String(Base64.getUrlDecoder().decode(good[1]), StandardCharsets.UTF_8);
    String other =
        base64(claims.replace("\"gen\":1", "\"gen\":2").getBytes(StandardCharsets.UTF_8));
    assertThat(other).isNotEqualTo(good[1]);
    assertRejected(good[0] + "." + other + "." + good[2], "token_invalid");
    for (String token : List.of("x", "..", "a.b.c", "x".repeat(5_000), good[0] + "." + good[1])) {
      assertRejected(token, "token_invalid");
    }
    assertRejected("", "token_missing");
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void anApiKeyIsNoDeviceToken() throws Exception {
    assertRejected(platform.key(), "token_invalid");
  }

  @Test
  void theTokenOfAnEarlierRegistrationIsRefused() throws Exception {
    Provisioned first = platform.provision("stale");
    Provisioned second = platform.provision("stale", first.mac());
    assertRejected(first.token(), "token_revoked");
    assertThat(withToken(second.token()).status()).isEqualTo(101);
  }

  @Test
  void aHandshakeThatIsNoneIs400() throws Exception {
    String token = "Authorization: Bearer " + platform.provision("hands").token();
    String protocol = "Sec-WebSocket-Protocol: iottly.v1";
    for (Response answer :
        List.of(
            handshake(token),
            handshake(token, "Sec-WebSocket-Protocol: iottly.v2, mqtt"),
            handshake(token, protocol),
            handshake(token, protocol, "Sec-WebSocket-Version: 13"),
            handshake(token, protocol, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x", "X: y"),
            RawHttp.exchange(
                platform,
                "POST /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                    + protocol
                    + "\r\n"
                    + token
                    + "\r\nContent-Length: 0\r\n\r\n"))) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.json().get("error").asText()).isNotBlank();
      assertThat(answer.json().get("code").asText()).isNotBlank();
    }
  }

  @Test
  void ourProtocolIsChosenAmongSeveral() throws Exception {
    Response answer =
        handshake(
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: mqtt, iottly.v1",
            "Authorization: bearer " + platform.provision("several").token());
    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.headers()).containsEntry("sec-websocket-protocol", "iottly.v1");
  }

  // The fleet

  @Test
  void revokingATokenCutsTheConnection() throws Exception {
    Provisioned device = platform.provision("revoked");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      platform.admin("device", "revoke", platform.project(), device.id(), "--json");
      assertThat(link.closeCode()).isEqualTo(4401);
    }
    assertRejected(device.token(), "token_revoked");
  }

  @Test
  void deletingADeviceCutsItsConnectionAndFreesItsLicense() throws Exception {
    Provisioned device = platform.provision("deleted");
    String props = platform.device(device.id()) + "/props";
    String license = platform.get(props).json().get("token").asText();
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      platform.admin("device", "delete", platform.project(), device.id(), "--json");
      assertThat(link.closeCode()).isEqualTo(4401);
    }
    assertRejected(device.token(), "device_deleted");
    assertThat(platform.get(props).status()).isEqualTo(403);
    JsonNode freed =
        platform.get("project/" + platform.project() + "/license/" + license).json().get(license);
    assertThat(freed.get("status").asText()).isEqualTo("available");
    Provisioned again = platform.provision("back again", device.mac());
    assertThat(again.id()).isEqualTo(device.id());
  }

  @Test
  void aMachineThatWantsAConnectedDevicesPlaceWaitsForApproval() throws Exception {
    Provisioned device = platform.provision("approved");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      Answer refused = again(device, "another-machine");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.json().get("code").asText()).isEqualTo("needs_approval");
      assertThat(link.untilPong()).isEmpty();
      platform.admin("device", "approve", platform.project(), device.id(), "--json");
      assertThat(again(device, "a-third-machine").status()).isEqualTo(409);
      platform.admin(
          "device",
          "approve",
          platform.project(),
          device.id(),
          "--machine",
          "a-third-machine",
          "--json");
      Answer granted = again(device, "a-third-machine");
      assertThat(granted.status()).as(granted.text()).isEqualTo(200);
      assertThat(granted.json().at("/device/id").asText()).isEqualTo(device.id());
      assertThat(link.closeCode()).isEqualTo(4401);
      try (TestDevice _ = TestDevice.hello(platform, granted.json().get("token").asText(), 2)) {
        assertRejected(device.token(), "token_revoked");
      }
    }
  }

  private static Answer again(Provisioned device, String machine) {
    return platform.post(
        "agent/provision",
        "{\"project\":\"%s\",\"name\":\"n\",\"macaddress\":\"%s\",\"machine_id\":\"%s\"}"
            .formatted(platform.project(), device.mac(), machine));
  }

  @Test
  void aSecondConnectionSupersedesTheFirstWhichWritesNothing() throws Exception {
    Provisioned device = platform.provision("twice");
    try (TestDevice first = TestDevice.hello(platform, device.token(), 1);
        TestDevice second = TestDevice.hello(platform, device.token(), 1)) {
      assertThat(first.closeCode()).isEqualTo(4409);
      second.sendMessage(1, "{\"n\":1}");
      second.awaitAck(1);
      assertThat(status(device)).isEqualTo("connected");
    }
    await().atMost(PATIENCE).until(() -> status(device).equals("disconnected"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(connections(device))
                .containsExactly("connected", "connected", "disconnected"));
  }

  private static String status(Provisioned device) {
    return platform
        .get(platform.device(device.id()) + "/props")
        .json()
        .get("operatingstatus")
        .asText();
  }

  private static List<String> connections(Provisioned device) {
    List<String> seen = new ArrayList<>();
    for (JsonNode message :
        platform
            .get(platform.device(device.id()) + "/messages/paginated?sort=asc&type=iottlyagent")
            .json()
            .path("messages")) {
      seen.add(message.at("/payload/connectionstatus").asText());
    }
    return seen;
  }

  @Test
  void aRestartSendsDevicesAwayAndNothingIsLost() throws Exception {
    Provisioned device = platform.provision("restarted");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendMessage(1, "{\"n\":1}");
      link.awaitAck(1);
      platform.restart();
      assertThat(link.closeCode()).isEqualTo(1001);
    }
    try (TestDevice link = TestDevice.connect(platform, device.token())) {
      link.send(hello(1));
      assertThat(link.expect(Frame.Welcome.class).received()).isEqualTo(1);
    }
    assertThat(connections(device)).startsWith("connected", "disconnected");
  }

  // Limits

  private static Frame.Hello hello(int heartbeat) {
    return new Frame.Hello(
        new Epoch(1, 1), 1, System.currentTimeMillis(), true, heartbeat, "1.8.0", Payload.of("{}"));
  }

  @Test
  void aDeviceThatSaysNoHelloIsSentAway() throws Exception {
    try (TestDevice link = TestDevice.connect(platform, platform.provision("mute").token())) {
      assertThat(link.closeCode()).isEqualTo(4408);
    }
  }

  @Test
  void aDeviceThatIsSilentForTwoHeartbeatsIsSentAway() throws Exception {
    Provisioned device = platform.provision("silent");
    try (TestDevice link = TestDevice.connect(platform, device.token())) {
      link.send(hello(1));
      link.expect(Frame.Welcome.class);
      assertThat(link.closeCode()).isEqualTo(4408);
    }
    assertThat(status(device)).isEqualTo("disconnected");
  }

  @Test
  void anAgentVersionHasAtMost64Bytes() throws Exception {
    for (int length : new int[] {64, 65}) {
      try (TestDevice link = TestDevice.connect(platform, platform.provision("long").token())) {
        link.send(
            new Frame.Hello(new Epoch(1, 1), 1, 1, true, 30, "v".repeat(length), Payload.of("{}")));
        if (length == 64) {
          link.expect(Frame.Welcome.class);
        } else {
          assertThat(link.closeCode()).isEqualTo(4400);
        }
      }
    }
  }

  @Test
  void anAgentVersionOfAnyCharactersDoesNotKeepCommandsFromTheDevice() throws Exception {
    Provisioned device = platform.provision("odd version");
    assertThat(
            platform
                .post(platform.device(device.id()) + "/command", "{\"cmd_type\": \"echo\"}")
                .status())
        .isEqualTo(200);
    try (TestDevice link = TestDevice.connect(platform, device.token())) {
      link.send(new Frame.Hello(new Epoch(1, 1), 1, 1, true, 30, "\u0000\n\"🌍", Payload.of("{}")));
      link.expect(Frame.Command.class);
    }
    assertThat(platform.get(platform.device(device.id()) + "/props").status()).isEqualTo(200);
  }

  @Test
  void theWindowIsTakenToItsLastByteAndNotBeyond() throws Exception {
    int overhead = FrameCodec.BATCH_OVERHEAD + FrameCodec.MESSAGE_OVERHEAD;
    for (int excess : new int[] {0, 1}) {
      String payload = "{\"a\":\"" + "x".repeat(WINDOW_BYTES - overhead - 8 + excess) + "\"}";
      try (TestDevice link = TestDevice.hello(platform, platform.provision("window").token(), 1)) {
        link.sendMessage(1, payload);
        if (excess == 0) {
          link.awaitAck(1);
          link.sendMessage(2, payload);
          link.awaitAck(2);
        } else {
          assertThat(link.closeCode()).isEqualTo(4429);
        }
      }
    }
  }

  @Test
  void onlySoManyDevicesAreAdmittedPerSecond() throws Exception {
    try (TestPlatform strict =
        TestPlatform.on(
            folder.resolve("strict"),
            Map.of("DEVICE_HANDSHAKES_PER_SECOND", "1", "DEVICE_HANDSHAKE_BURST", "2"))) {
      String token = strict.provision("admitted").token();
      Response answer = null;
      for (int i = 0; i < 20; i++) {
        answer =
            RawHttp.exchange(
                strict,
                "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Protocol: iottly.v1\r\nAuthorization: Bearer x\r\n\r\n");
      }
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.json().get("code").asText()).isEqualTo("too_many_handshakes");
      assertThat(Integer.parseInt(answer.headers().get("retry-after"))).isBetween(1, 120);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> TestDevice.hello(strict, token, 1).close());
    }
  }

  // Abuse

  @ParameterizedTest
  @ValueSource(ints = {RawWebSocket.PING, RawWebSocket.BINARY})
  void aDeviceThatAsksAndNeverReadsIsNotAnsweredIntoMemory(int opcode) throws Exception {
    Provisioned device = platform.provision("never reads");
    try (RawWebSocket link = RawWebSocket.connect(platform, device.token())) {
      link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(hello(3600))));
      byte[] question =
          opcode == RawWebSocket.PING ? new byte[125] : FrameCodec.encode(new Frame.Ping(1));
      byte[] many = repeated(RawWebSocket.frame(opcode, question), 64 << 10);
      long before = directMemory();
      link.flood(many, 96L << 20);
      assertThat(directMemory() - before).isLessThan(32L << 20);
    }
    assertThat(platform.get("project/ping").status()).isEqualTo(200);
  }

  private static byte[] repeated(byte[] bytes, int size) {
    byte[] all = new byte[size / bytes.length * bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes[i % bytes.length];
    }
    return all;
  }

  /** What waits in the platform's sockets is in Netty's buffers, on the heap or beside it. */
  private static long directMemory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    return heap + io.netty.util.internal.PlatformDependent.usedDirectMemory();
  }

  @Test
  void aDeviceThatNeverReadsItsAcknowledgementsAndCommandsIsStillServedWithoutGrowth()
      throws Exception {
    Provisioned device = platform.provision("deaf");
    try (RawWebSocket link = RawWebSocket.connect(platform, device.token())) {
      link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(hello(3600))));
      await().atMost(PATIENCE).until(() -> status(device).equals("connected"));
      String content = "x".repeat(60_000);
      for (int i = 0; i < 60; i++) {
        assertThat(
                platform
                    .post(
                        platform.device(device.id()) + "/command",
                        "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \""
                            + content
                            + "\"}}")
                    .status())
            .isEqualTo(200);
      }
      for (int n = 1; n <= 200; n++) {
        Frame.Batch batch =
            new Frame.Batch(n, List.of(TestDevice.message(Frame.Kind.USERDEFINED, "{\"n\":1}")));
        link.send(RawWebSocket.frame(RawWebSocket.BINARY, FrameCodec.encode(batch)));
      }
      await()
          .atMost(PATIENCE)
          .until(() ->
              platform
                      .get(
                          platform.device(device.id())
                              + "/messages/paginated?type=userdefined&l=100&p=2")
                      .json()
                      .path("messages")
                      .size()
                  == 100);
    }
    try (TestDevice link = TestDevice.hello(platform, device.token(), 2)) {
      link.expect(Frame.Command.class);
    }
  }

  @Test
  void randomFramesCloseTheirOwnSessionAndDisturbNobody() throws Exception {
    Random random = new Random(SEED);
    Provisioned device = platform.provision("fuzzed");
    Provisioned quiet = platform.provision("quiet");
    List<byte[]> seeds = seeds();
    try (TestDevice witness = TestDevice.hello(platform, quiet.token(), 1)) {
      long sequence = 0;
      for (int session = 0; session < 60; session++) {
        StringBuilder said = new StringBuilder();
        try (TestDevice link = TestDevice.connect(platform, device.token())) {
          if (random.nextInt(4) > 0) {
            link.send(hello(30));
          }
          for (int i = 0; i < 5; i++) {
            byte[] frame = mutated(seeds.get(random.nextInt(seeds.size())), random);
            said.append(HexFormat.of().formatHex(frame)).append('\n');
            if (!trySend(link, frame)) {
              break;
            }
          }
        }
        witness.sendMessage(++sequence, "{\"n\":" + sequence + "}");
        String hint = "again with -Diottly.seed=" + SEED + " after " + said;
        witness.awaitAck(sequence);
        assertThat(platform.get("project/ping").status()).as(hint).isEqualTo(200);
      }
    }
    try (TestDevice link = TestDevice.hello(platform, device.token(), SEED)) {
      link.sendMessage(1, "{\"n\":1}");
      link.awaitAck(1);
    }
    assertThat(
            platform
                .get(
                    "project/"
                        + platform.project()
                        + "/messages/"
                        + device.id()
                        + "?numMessages=100")
                .status())
        .isEqualTo(200);
  }

  private static boolean trySend(TestDevice link, byte[] frame) throws InterruptedException {
    try {
      link.sendBytes(frame);
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception _) {
      return false;
    }
  }

  private static List<byte[]> seeds() {
    List<Frame.DeviceMessage> messages =
        List.of(
            TestDevice.message(Frame.Kind.USERDEFINED, "{\"n\":1}"),
            TestDevice.message(Frame.Kind.IOTTLYAGENT, "{\"n\":[1,{\"a\":null}]}"),
            TestDevice.message(Frame.Kind.COMMAND_REPLY, "{\"id\":\"x\",\"state\":\"failed\"}"));
    return List.of(
        FrameCodec.encode(hello(30)),
        FrameCodec.encode(new Frame.Batch(1, messages)),
        FrameCodec.encode(new Frame.Batch(2, messages)),
        FrameCodec.encode(new Frame.Gap(1, 9, "gone")),
        FrameCodec.encode(new Frame.Ping(1)),
        FrameCodec.encode(new Frame.Ack(1)));
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    switch (random.nextInt(5)) {
      case 0 -> {}
      case 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      case 3 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  @Test
  void aPayloadInAnotherEncodingIsABadFrame() throws Exception {
    Provisioned device = platform.provision("utf-16");
    byte[] bad =
        FrameCodec.encode(
            new Frame.Batch(1, List.of(TestDevice.message(Frame.Kind.USERDEFINED, "{  }"))));
    byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16BE);
    System.arraycopy(utf16, 0, bad, bad.length - utf16.length, utf16.length);
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendBytes(bad);
      assertThat(link.closeCode()).isEqualTo(4400);
    }
  }
}

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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device link together with what happens beside it: the fleet, admission, abuse. */
class DeviceLinkTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
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
                "2s"));
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

  // Asking first

  private static Response check(String method, String token) throws Exception {
    return RawHttp.exchange(
        platform,
        method
            + " /ws/check HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n");
  }

  @Test
  void aDeviceAsksWhetherItCouldConnectWithoutLosingItsConnection() throws Exception {
    Provisioned provisioned = platform.provision("asking");
    assertThat(check("GET", provisioned.token()).json().get("connected").asBoolean()).isFalse();
    try (TestDevice device = TestDevice.hello(platform, provisioned.token(), 1)) {
      Response answer = check("GET", provisioned.token());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().get("connected").asBoolean()).isTrue();
      assertThat(answer.json().get("device").asText()).isEqualTo(provisioned.id());
      assertThat(answer.json().get("project").asText()).isEqualTo(platform.project());
      assertThat(answer.json().get("time").asLong())
          .isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));
      assertThat(withToken(provisioned.token()).status()).isEqualTo(101);
      device.send(new Frame.Ping(7));
      device.expect(Frame.Pong.class);
    }
  }

  @Test
  void aTokenThatOpensNoDoorIsToldTheSameWhenItAsks() throws Exception {
    for (String method : List.of("GET", "POST")) {
      Response answer = check(method, "nonsense");
      assertThat(answer.status()).isEqualTo(method.equals("GET") ? 401 : 405);
      assertThat(answer.json().get("code").asText())
          .isEqualTo(method.equals("GET") ? "token_invalid" : "method_not_allowed");
    }
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

  @Test
  void twoMachinesWithOneIdentityAreReportedOnce() throws Exception {
    Provisioned device = platform.provision("cloned");
    try (TestDevice _ = TestDevice.hello(platform, device.token(), 1);
        TestDevice _ = TestDevice.hello(platform, device.token(), 2);
        TestDevice _ = TestDevice.hello(platform, device.token(), 1);
        TestDevice _ = TestDevice.hello(platform, device.token(), 2);
        TestDevice _ = TestDevice.hello(platform, device.token(), 1)) {
      await().atMost(PATIENCE).until(() -> connections(device).size() == 6);
      assertThat(notes(device, "identityconflict"))
          .singleElement()
          .satisfies(note -> {
            assertThat(note.path("machines")).hasSize(2);
            assertThat(note.at("/machines/0/address").asText()).isEqualTo("127.0.0.1");
            assertThat(note.path("advice").asText()).contains("iottly-agent provision");
          });
    }
  }

  @Test
  void aDeviceThatRegistersAgainSaysSoInItsHistory() throws Exception {
    Provisioned device = platform.provision("again");
    assertThat(notes(device, "registration")).isEmpty();
    Provisioned again = platform.provision("again", device.mac());
    assertThat(again.id()).isEqualTo(device.id());
    await().atMost(PATIENCE).until(() -> notes(device, "registration").size() == 1);
    JsonNode note = notes(device, "registration").getFirst();
    assertThat(note.path("machine_id").asText()).isEqualTo("machine-" + device.mac());
    assertThat(note.path("another_was_connected").asBoolean()).isFalse();
  }

  private static List<JsonNode> notes(Provisioned device, String name) {
    List<JsonNode> notes = new ArrayList<>();
    for (JsonNode message :
        platform
            .get(platform.device(device.id()) + "/messages/paginated?type=iottlyagent")
            .json()
            .path("messages")) {
      if (message.path("payload").has(name)) {
        notes.add(message.path("payload").path(name));
      }
    }
    return notes;
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
}

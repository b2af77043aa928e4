package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels from a client of the WebSocket API to a service of a device. */
class RemoteTest {

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static String key;

  private final Provisioned board = platform.provision("board");

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder);
    key = platform.createKey("--scope", "read", "--scope", "remote");
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static TestStream stream() throws Exception {
    return TestStream.open(platform, "Authentication", "bearer " + key);
  }

  private TestDevice device() throws Exception {
    return TestDevice.withServices(platform, board.token());
  }

  private static Frame.Data data(int channel, String text) {
    return new Frame.Data(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Frame.Data data(int channel, int size) {
    return new Frame.Data(channel, ByteBuffer.allocate(size));
  }

  private JsonNode openSessions() {
    JsonNode all = platform.get("project/" + platform.project() + "/remote").json().get("sessions");
    var own = TestPlatform.JSON.createArrayNode();
    all.forEach(session -> {
      if (session.get("device").asText().equals(board.id())) {
        own.add(session);
      }
    });
    return own;
  }

  private List<JsonNode> audit() {
    JsonNode entries =
        platform
            .send(
                platform
                    .plainRequest("project/" + platform.project() + "/audit?action=remote")
                    .header("Authentication", "bearer " + manager()))
            .json()
            .get("entries");
    List<JsonNode> own = new java.util.ArrayList<>();
    entries.forEach(entry -> {
      if (entry.get("target").asText().equals(board.id())) {
        own.addFirst(entry);
      }
    });
    return own;
  }

  private static String manager() {
    return platform.createKey("--scope", "manage");
  }

  /** A shell that the device has opened. */
  private Frame.Open opened(TestStream stream, TestDevice device, String info) throws Exception {
    stream.openChannel(1, board.id(), "shell");
    Frame.Open open = device.expect(Frame.Open.class);
    device.send(new Frame.Opened(open.channel(), 1_000, Payload.of(info)));
    stream.expect("opened");
    return open;
  }

  @Test
  void aClientTalksToAServiceUntilItEnds() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      stream.openChannel(1, board.id(), "shell", "\"arguments\":{\"columns\":80,\"by\":\"me\"}");
      Frame.Open open = device.expect(Frame.Open.class);
      assertThat(open.service()).isEqualTo("shell");
      JsonNode arguments = TestPlatform.json(open.arguments().toString());
      assertThat(arguments.get("columns").asInt()).isEqualTo(80);
      assertThat(arguments.at("/by/name").asText()).startsWith("key ");
      assertThat(arguments.at("/by/address").asText()).isEqualTo("127.0.0.1");

      int channel = open.channel();
      device.send(new Frame.Opened(channel, 1_000, Payload.of("{\"pid\":7}")));
      JsonNode opened = stream.expect("opened");
      assertThat(opened.get("id").asInt()).isEqualTo(1);
      assertThat(opened.get("credit").asInt()).isEqualTo(1_000);
      assertThat(opened.at("/info/pid").asInt()).isEqualTo(7);
      assertThat(openSessions()).hasSize(1);
      JsonNode shown = openSessions().get(0);
      assertThat(shown.get("id")).isEqualTo(opened.get("session"));
      assertThat(shown.get("state").asText()).isEqualTo("open");
      assertThat(shown.get("service").asText()).isEqualTo("shell");

      stream.sendBytes(1, "ls\n".getBytes(StandardCharsets.UTF_8));
      assertThat(device.expect(Frame.Data.class)).isEqualTo(data(channel, "ls\n"));
      stream.send("{\"op\":\"control\",\"channel\":1,\"control\":{\"resize\":{\"columns\":100}}}");
      assertThat(device.expect(Frame.Control.class))
          .isEqualTo(new Frame.Control(channel, Payload.of("{\"resize\":{\"columns\":100}}")));

      device.send(data(channel, "notes.txt\n"));
      device.send(new Frame.Control(channel, Payload.of("{\"title\":\"notes\"}")));
      device.send(new Frame.End(channel, "ended", Payload.of("{\"exit\":0}")));
      assertThat(stream.bytes(1)).isEqualTo("notes.txt\n".getBytes(StandardCharsets.UTF_8));
      assertThat(stream.expect("control").at("/control/title").asText()).isEqualTo("notes");
      JsonNode closed = stream.expect("closed");
      assertThat(closed.get("code").asText()).isEqualTo("ended");
      assertThat(closed.at("/result/exit").asInt()).isZero();
      assertThat(openSessions()).isEmpty();

      String session = opened.get("session").asText();
      Awaitility.await().until(() -> audit().size() == 2);
      assertThat(audit())
          .extracting(entry -> entry.get("action").asText())
          .containsExactly("remote.open", "remote.close");
      assertThat(audit().getLast().get("detail").asText())
          .startsWith("shell, session " + session + ": ended after ")
          .endsWith(" s, 3 bytes to the device and 10 from it");
      assertThat(audit().getLast().get("actor_kind").asText()).isEqualTo("key");
    }
  }

  @Test
  void whatTheDeviceRefusesIsRefusedInItsWords() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      stream.openChannel(1, board.id(), "files");
      Frame.Open open = device.expect(Frame.Open.class);
      device.send(
          new Frame.End(open.channel(), "not_allowed", Payload.of("{\"error\":\"Not here.\"}")));
      JsonNode error = stream.expect("error");
      assertThat(error.get("id").asInt()).isEqualTo(1);
      assertThat(error.get("code").asText()).isEqualTo("not_allowed");
      assertThat(error.get("error").asText()).isEqualTo("Not here.");
    }
  }

  @Test
  void devicesThatAreAwayOrOldOrUnknownAreNotAsked() throws Exception {
    try (TestStream stream = stream()) {
      stream.openChannel(1, board.id(), "shell");
      assertThat(stream.refusal()).isEqualTo("device_offline");
      stream.openChannel(2, "11111111-2222-3333-4444-555555555555", "shell");
      assertThat(stream.refusal()).isEqualTo("unknown_device");
      try (TestDevice _ = TestDevice.hello(platform, board.token(), 3)) {
        stream.openChannel(3, board.id(), "shell");
        assertThat(stream.refusal()).isEqualTo("not_supported");
      }
    }
  }

  @Test
  void withoutTheScopeNothingIsOpened() throws Exception {
    try (TestDevice device = device();
        TestStream stream = TestStream.open(platform)) {
      stream.openChannel(1, board.id(), "logs");
      assertThat(stream.refusal()).isEqualTo("scope_missing");
      assertThat(device.untilPong()).isEmpty();
    }
  }

  @Test
  void aUserHasOneShellOnADeviceAndOthersMayEndIt() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream();
        TestStream second = stream()) {
      Frame.Open open = opened(stream, device, "{}");
      second.openChannel(1, board.id(), "shell");
      assertThat(second.refusal()).isEqualTo("shell_open_already");

      String session = openSessions().get(0).get("id").asText();
      String path = "project/" + platform.project() + "/remote/" + session;
      assertThat(platform.delete(path).status()).isEqualTo(403);
      var request = platform.plainRequest(path).header("Authentication", "bearer " + key).DELETE();
      assertThat(platform.send(request).json().get("id").asText()).isEqualTo(session);
      assertThat(stream.expect("closed").get("code").asText()).isEqualTo("killed");
      assertThat(device.expect(Frame.End.class))
          .isEqualTo(new Frame.End(open.channel(), "killed", Payload.of("{}")));
      assertThat(platform.send(request).status()).isEqualTo(404);
    }
  }

  @Test
  void aClientThatGrantsNothingGetsNothingAndHoldsUpNobody() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      stream.openChannel(1, board.id(), "logs", "\"credit\":0");
      Frame.Open open = device.expect(Frame.Open.class);
      assertThat(open.credit()).isZero();
      device.send(new Frame.Opened(open.channel(), 0, Payload.of("{}")));
      assertThat(stream.expect("opened").get("credit").asInt()).isZero();
      device.sendMessage(1, null, "{\"n\":1}");
      device.awaitAck(1);
      stream.send("{\"op\":\"credit\",\"channel\":1,\"bytes\":5}");
      assertThat(device.expect(Frame.Credit.class)).isEqualTo(new Frame.Credit(open.channel(), 5));
      device.send(data(open.channel(), "hello"));
      assertThat(stream.bytes(1)).hasSize(5);
    }
  }

  @Test
  void aClientThatGrantsMuchAndReadsNothingCostsNoMoreThanAWindow() throws Exception {
    int window = 128 << 10;
    try (TestDevice device = device();
        RawWebSocket client = RawWebSocket.stream(platform, key)) {
      client.sendText(
          "{\"op\":\"open\",\"channel\":1,\"device\":\"%s\",\"service\":\"files\",\"credit\":2147483647}"
              .formatted(board.id()));
      Frame.Open open = device.expect(Frame.Open.class);
      assertThat(open.credit()).isEqualTo(window);
      device.send(new Frame.Opened(open.channel(), 0, Payload.of("{}")));
      long sent = 0;
      long allowed = open.credit();
      for (int quiet = 0; quiet < 20; quiet++) {
        while (sent < allowed) {
          int size = (int) Math.min(16 << 10, allowed - sent);
          device.send(data(open.channel(), size));
          sent += size;
          quiet = 0;
        }
        allowed += creditUntilPong(device);
        assertThat(sent).isLessThan(32 << 20);
      }
      assertThat(sent).isGreaterThan(window);
      device.sendMessage(1, null, "{\"still\":\"served\"}");
      device.awaitAck(1);
    }
  }

  private static long creditUntilPong(TestDevice device) throws Exception {
    return device.untilPong().stream()
        .mapToLong(frame -> frame instanceof Frame.Credit(_, int bytes) ? bytes : 0)
        .sum();
  }

  @Test
  void aDeviceThatSendsMoreThanItsCreditIsDisconnected() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      stream.openChannel(1, board.id(), "logs", "\"credit\":10");
      Frame.Open open = device.expect(Frame.Open.class);
      device.send(new Frame.Opened(open.channel(), 0, Payload.of("{}")));
      stream.expect("opened");
      device.send(data(open.channel(), 11));
      assertThat(device.closeCode()).isEqualTo(CloseCode.BAD_CHANNEL.code());
      assertThat(stream.expect("closed").get("code").asText()).isEqualTo("link_lost");
      assertThat(stream.hasNoMoreBytes()).isTrue();
    }
  }

  @Test
  void aDeviceThatSpeaksOnAChannelThatNeverWasIsDisconnected() throws Exception {
    try (TestDevice device = device()) {
      device.send(new Frame.Opened(1, 0, Payload.of("{}")));
      assertThat(device.closeCode()).isEqualTo(CloseCode.BAD_CHANNEL.code());
    }
    try (TestDevice device = device()) {
      device.send(new Frame.Open(1, 0, "shell", Payload.of("{}")));
      assertThat(device.closeCode()).isEqualTo(CloseCode.BAD_CHANNEL.code());
    }
  }

  @Test
  void aDeviceThatSpeaksBeforeItOpenedIsDisconnectedAndAfterTheEndItIsNot() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      Frame.Open open = opened(stream, device, "{}");
      stream.send("{\"op\":\"close\",\"channel\":1}");
      device.expect(Frame.End.class);
      assertThat(stream.expect("closed").get("code").asText()).isEqualTo("closed");
      device.send(data(open.channel(), 100));
      assertThat(device.untilPong()).isEmpty();
      stream.openChannel(2, board.id(), "shell");
      device.send(data(device.expect(Frame.Open.class).channel(), 1));
      assertThat(device.closeCode()).isEqualTo(CloseCode.BAD_CHANNEL.code());
      assertThat(stream.refusal()).isEqualTo("device_offline");
    }
  }

  @Test
  void aClientThatSendsMoreThanItsCreditLosesItsChannelAndNothingElse() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      Frame.Open open = opened(stream, device, "{}");
      stream.sendBytes(1, new byte[1_001]);
      assertThat(stream.expect("closed").get("code").asText()).isEqualTo("credit_exceeded");
      assertThat(device.expect(Frame.End.class).channel()).isEqualTo(open.channel());
      assertThat(stream.untilPong()).isEmpty();
      assertThat(device.untilPong()).isEmpty();
    }
  }

  @Test
  void requestsForChannelsAreRefusedByNameAndEndedOnesPassedOver() throws Exception {
    try (TestDevice device = device();
        TestStream stream = stream()) {
      stream.send("{\"op\":\"credit\",\"channel\":5,\"bytes\":1}");
      assertThat(stream.refusal()).isEqualTo("unknown_channel");
      stream.sendBinary(new byte[] {0, 0, 0, 1});
      assertThat(stream.refusal()).isEqualTo("bad_frame");
      opened(stream, device, "{}");
      stream.openChannel(1, board.id(), "logs");
      assertThat(stream.refusal()).isEqualTo("channel_used");
      stream.send(
          "{\"op\":\"control\",\"channel\":1,\"control\":{\"x\":\"%s\"}}"
              .formatted("x".repeat(4_090)));
      assertThat(stream.refusal()).isEqualTo("bad_member");
      stream.send("{\"op\":\"close\",\"channel\":1}");
      stream.expect("closed");
      stream.sendBytes(1, new byte[10]);
      stream.send("{\"op\":\"credit\",\"channel\":1,\"bytes\":1}");
      stream.send("{\"op\":\"close\",\"channel\":1}");
      assertThat(stream.untilPong()).isEmpty();
    }
  }

  @Test
  void whenTheClientIsGoneSoIsItsChannelButWhatCanBeResumedIsKept() throws Exception {
    try (TestDevice device = device()) {
      try (TestStream stream = stream()) {
        opened(stream, device, "{}");
      }
      assertThat(device.expect(Frame.End.class).code()).isEqualTo("closed");
      try (TestStream stream = stream()) {
        opened(stream, device, "{\"session\":\"s1\",\"grace\":30}");
      }
      assertThat(device.expect(Frame.End.class).code()).isEqualTo("lost");
      try (TestStream stream = stream()) {
        stream.openChannel(
            1, board.id(), "shell", "\"arguments\":{\"resume\":\"s1\",\"received\":12}");
        JsonNode asked = TestPlatform.json(device.expect(Frame.Open.class).arguments().toString());
        assertThat(asked.get("resume").asText()).isEqualTo("s1");
        assertThat(asked.get("received").asInt()).isEqualTo(12);
      }
    }
  }

  @Test
  void whoMayNotBeHereAnyMoreLosesTheChannelForGood() throws Exception {
    JsonNode passing =
        platform.admin(
            "key",
            "create",
            platform.project(),
            "--description",
            "passing",
            "--scope",
            "read",
            "--scope",
            "remote",
            "--json");
    String bearer = "bearer " + passing.get("secret").asText();
    try (TestDevice device = device();
        TestStream stream = TestStream.open(platform, "Authentication", bearer)) {
      opened(stream, device, "{\"session\":\"s1\",\"grace\":30}");
      platform.admin("key", "delete", platform.project(), passing.get("id").asText(), "--json");
      assertThat(device.expect(Frame.End.class).code()).isEqualTo("closed");
    }
  }

  @Test
  void aShellGoesOnWhenItsDeviceComesBack() throws Exception {
    try (TestStream stream = stream()) {
      try (TestDevice device = device()) {
        Frame.Open open = opened(stream, device, "{\"session\":\"s1\",\"grace\":30}");
        device.send(data(open.channel(), "half a li"));
        assertThat(stream.bytes(1)).hasSize(9);
      }
      stream.expect("interrupted");
      assertThat(openSessions().get(0).get("state").asText()).isEqualTo("waiting");
      stream.sendBytes(1, "typed meanwhile".getBytes(StandardCharsets.UTF_8));
      try (TestDevice device = device()) {
        Frame.Open open = device.expect(Frame.Open.class);
        JsonNode asked = TestPlatform.json(open.arguments().toString());
        assertThat(asked.get("resume").asText()).isEqualTo("s1");
        assertThat(asked.get("received").asInt()).isEqualTo(9);
        assertThat(asked.at("/by/name").asText()).startsWith("key ");
        device.send(
            new Frame.Opened(
                open.channel(),
                1_000,
                Payload.of("{\"session\":\"s1\",\"grace\":30,\"position\":9}")));
        assertThat(stream.expect("resumed").at("/info/position").asInt()).isEqualTo(9);
        assertThat(device.expect(Frame.Data.class))
            .isEqualTo(data(open.channel(), "typed meanwhile"));
        device.send(data(open.channel(), "ne\n"));
        assertThat(stream.bytes(1)).isEqualTo("ne\n".getBytes(StandardCharsets.UTF_8));
        device.send(new Frame.End(open.channel(), "ended", Payload.of("{}")));
        assertThat(stream.expect("closed").get("code").asText()).isEqualTo("ended");
      }
    }
  }
}

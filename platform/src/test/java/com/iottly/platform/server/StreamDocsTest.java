package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/streaming.md, in a real conversation. */
class StreamDocsTest {

  private static final Pattern BLOCK = Pattern.compile("```frames\n(.*?)```", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void theExamplesAreWhatIsSaid() throws Exception {
    String page = Files.readString(Path.of("../docs/streaming.md"));
    List<String> lines =
        BLOCK
            .matcher(page)
            .results()
            .flatMap(block -> Arrays.stream(block.group(1).split("\n")))
            .toList();
    assertThat(lines).hasSizeGreaterThan(15);
    try (TestPlatform platform = TestPlatform.on(folder)) {
      Provisioned box = platform.provision("Boiler");
      sendOneMessage(platform, box);
      String device = platform.device(box.id());
      Awaitility.await()
          .until(
              () -> platform.get(device + "/messages/paginated").text().contains("disconnected"));
      platform.post(device + "/command", "{\"cmd_type\":\"echo\",\"values\":{}}");
      try (TestStream stream = TestStream.beforeHello(platform)) {
        for (String line : lines) {
          if (line.startsWith("> ")) {
            stream.send(line.substring(2));
          } else {
            assertLike(JSON.readTree(line.substring(2)), stream.next());
          }
        }
      }
    }
  }

  @Test
  void theExampleOfAChannelIsWhatIsSaid() throws Exception {
    String page = Files.readString(Path.of("../docs/streaming.md"));
    Matcher block = Pattern.compile("```channel\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();
    try (TestPlatform platform = TestPlatform.on(folder)) {
      Provisioned box = platform.provision("Boiler");
      String key = platform.createKey("--scope", "read", "--scope", "remote");
      try (TestDevice device = TestDevice.withServices(platform, box.token());
          TestStream stream = TestStream.open(platform, "Authentication", "bearer " + key)) {
        Thread.ofVirtual().start(() -> echoALine(device));
        for (String line : block.group(1).split("\n")) {
          String said = line.substring(2);
          boolean isText = said.startsWith("{");
          if (line.startsWith("> ") && isText) {
            stream.send(said.replace("\"device\":\"…\"", "\"device\":\"" + box.id() + "\""));
          } else if (line.startsWith("> ")) {
            stream.sendBinary(bytes(said));
          } else if (isText) {
            assertLike(JSON.readTree(said), stream.next());
          } else {
            assertThat(stream.bytes(1))
                .isEqualTo(Arrays.copyOfRange(bytes(said), 4, bytes(said).length));
          }
        }
      }
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }

  private static void echoALine(TestDevice device) {
    try {
      int channel = device.expect(Frame.Open.class).channel();
      Payload info = Payload.of("{\"session\":\"s1\",\"grace\":30}");
      device.send(new Frame.Opened(channel, 128 << 10, info));
      device.expect(Frame.Data.class);
      device.send(new Frame.Data(channel, ByteBuffer.wrap("exit\r\n".getBytes())));
      device.send(new Frame.End(channel, "ended", Payload.of("{\"exit\":0}")));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void sendOneMessage(TestPlatform platform, Provisioned box) throws Exception {
    try (TestDevice device = TestDevice.hello(platform, box.token(), 1)) {
      device.send(
          new Frame.Batch(
              1,
              List.of(
                  new DeviceMessage(
                      Kind.USERDEFINED, 1, true, "boiler", Payload.of("{\"celsius\":61.5}")))));
      device.awaitAck(1);
    }
  }

  private static void assertLike(JsonNode example, JsonNode frame) {
    if (example.isTextual() && example.textValue().equals("…")) {
      assertThat(frame.isTextual()).isTrue();
    } else if (example.isContainerNode()) {
      List<String> names = new ArrayList<>();
      frame.fieldNames().forEachRemaining(names::add);
      List<String> expected = new ArrayList<>();
      example.fieldNames().forEachRemaining(expected::add);
      assertThat(names).as(frame.toString()).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(frame.size()).as(frame.toString()).isEqualTo(example.size());
      if (example.isArray()) {
        for (int i = 0; i < example.size(); i++) {
          assertLike(example.get(i), frame.get(i));
        }
      } else {
        names.forEach(name -> assertLike(example.get(name), frame.get(name)));
      }
    } else {
      assertThat(frame).isEqualTo(example);
    }
  }
}

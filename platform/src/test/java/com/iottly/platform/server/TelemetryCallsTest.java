package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryCallsTest {

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static Provisioned device;
  private static Instant hour;

  @BeforeAll
  static void open() throws Exception {
    platform = TestPlatform.on(folder);
    device = platform.provision("Charted");
    hour = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 3600 * 3600 - 7200);
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      List<DeviceMessage> messages = new ArrayList<>();
      for (int minute = 0; minute < 60; minute++) {
        // Ten minutes of it are missing.
        if (minute < 20 || minute >= 30) {
          messages.add(sample(hour.plusSeconds(60L * minute), minute));
        }
      }
      link.send(new Frame.Batch(1, messages));
      link.send(new Frame.Gap(messages.size() + 1L, messages.size() + 10L, "the spool was full"));
      link.awaitAck(messages.size() + 10L);
    }
  }

  private static DeviceMessage sample(Instant made, int minute) {
    return new DeviceMessage(
        Kind.IOTTLYAGENT,
        made.toEpochMilli(),
        true,
        null,
        Payload.of(
            "{\"telemetry\":{\"load\":{\"1m\":%d},\"disk\":[{\"mount\":\"/\",\"free\":%d}]}}"
                .formatted(minute, 1000 - minute)));
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static Answer ask(String query) {
    return platform.get("project/" + platform.project() + "/telemetry?" + query);
  }

  @Test
  void aChartHasABucketForEachMinuteThatHasNumbersAndNoneForTheGap() {
    Answer answer =
        ask(
            "devices=%s&fields=telemetry.load.1m,telemetry.disk.0.free&from=%s&to=%s&points=60"
                .formatted(device.id(), hour, hour.plusSeconds(3600)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("start").asText()).isEqualTo(hour.toString());
    assertThat(answer.json().get("bucket_ms").asLong()).isEqualTo(60_000);
    assertThat(answer.json().get("series")).hasSize(2);
    JsonNode load = answer.json().at("/series/0/buckets");
    assertThat(load).hasSize(50);
    for (JsonNode bucket : load) {
      assertThat(bucket.get("at").asInt()).isEqualTo(bucket.get("mean").asInt());
      assertThat(bucket.get("at").asInt() / 10).isNotEqualTo(2);
    }
    assertThat(answer.json().at("/series/1/buckets/0/mean").asInt()).isEqualTo(1000);
  }

  @Test
  void theFieldsOfADeviceAreListedWithWhatTheyBelongTo() {
    JsonNode fields = platform.get(platform.device(device.id()) + "/telemetry/fields").json();
    assertThat(fields.get("fields"))
        .extracting(field -> field.get("field").asText())
        .containsSubsequence("gap.count", "telemetry.disk.0.free", "telemetry.load.1m");
    JsonNode free = fields.at("/fields/3");
    assertThat(free.get("field").asText()).isEqualTo("telemetry.disk.0.free");
    assertThat(free.get("part").asText()).isEqualTo("/");
    assertThat(free.get("value").asInt()).isEqualTo(941);
    assertThat(free.get("type").asText()).isEqualTo("iottlyagent");
  }

  @ParameterizedTest
  @CsvSource({
    "from=2026-03-02&to=2026-03-01, bad_parameter",
    "from=2026-03-01&to=2026-03-01, bad_parameter",
    "from=tomorrow, bad_time",
    "points=9, bad_parameter",
    "points=2001, bad_parameter",
    "devices=x, wrong_device",
    "field=x, unknown_parameter"
  })
  void whatCantBeAskedIsRefusedWithAReason(String query, String code) {
    Answer answer = ask(query);
    assertThat(answer.status()).isIn(400, 403);
    assertThat(answer.json().get("code").asText()).isEqualTo(code);
  }

  @Test
  void asMuchAsMayBeIsAnsweredAndMoreIsRefused() {
    String path = "x".repeat(200);
    assertThat(ask("points=2000&fields=" + path).status()).isEqualTo(200);
    assertThat(ask("fields=" + path + "y").json().get("code").asText()).isEqualTo("bad_parameter");
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      fields.add("f" + i);
    }
    List<String> devices = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      devices.add(platform.provision("More " + i).id());
    }
    String twenty = "&fields=" + String.join(",", fields);
    assertThat(
            ask("devices=" + String.join(",", devices.subList(0, 2)) + twenty).json().get("series"))
        .hasSize(40);
    assertThat(ask("devices=" + String.join(",", devices) + twenty).status()).isEqualTo(400);
    assertThat(ask(twenty.substring(1) + ",one").status()).isEqualTo(400);
    String strangers = String.join(",", Collections.nCopies(1, UUID.randomUUID().toString()));
    assertThat(ask("devices=" + strangers).status()).isEqualTo(403);
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      many.add(UUID.randomUUID().toString());
    }
    assertThat(ask("devices=" + String.join(",", many)).json().get("code").asText())
        .isEqualTo("bad_parameter");
  }

  @Test
  void theOverviewTellsOfDevicesVersionsMessagesAndLossesAfterARestartToo() {
    String path = "project/" + platform.project() + "/overview";
    // Closing notes what happened since it was noted last.
    platform.restart();
    JsonNode overview = platform.get(path).json();
    assertThat(overview.at("/devices/count").asInt()).isGreaterThanOrEqualTo(1);
    assertThat(overview.at("/devices/connected").asInt()).isZero();
    assertThat(overview.at("/agent_versions/0/agent_version").asText()).isEqualTo("1.8.0");
    assertThat(overview.at("/webhooks/count").asInt()).isZero();
    assertThat(sum(overview, "messages")).isEqualTo(50);
    assertThat(sum(overview, "lost")).isEqualTo(10);
    JsonNode listed = platform.get("projects").json().at("/projects/0/devices");
    assertThat(listed.get("total")).isEqualTo(overview.at("/devices/count"));
    assertThat(listed.get("connected").asInt()).isZero();
    assertThat(platform.get(path + "?hours=168").status()).isEqualTo(200);
    assertThat(platform.get(path + "?hours=169").status()).isEqualTo(400);
  }

  private static long sum(JsonNode overview, String figure) {
    long sum = 0;
    for (JsonNode slot : overview.get("activity")) {
      sum += slot.get(figure).asLong();
    }
    return sum;
  }

  @Test
  void aDeviceWasLastSeenWhenItsNewestMessageCame() {
    JsonNode seen = platform.get(platform.device(device.id())).json();
    assertThat(Instant.parse(seen.get("last_seen").asText())).isAfter(hour.plusSeconds(7200));
    Provisioned silent = platform.provision("Silent");
    assertThat(platform.get(platform.device(silent.id())).json().get("last_seen").isNull())
        .isTrue();
  }
}

package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertRefused;
import static com.iottly.platform.server.Answers.encoded;
import static com.iottly.platform.server.Answers.fields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two message calls of the contract, §2, to the letter. */
class MessageCallsTest {

  /** How many messages {@link #full} has sent: {@code {"n":1}} to {@code {"n":120}}. */
  private static final int SENT = 120;

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static String project;
  private static Provisioned full;
  private static Provisioned empty;

  @BeforeAll
  static void open() throws Exception {
    platform = TestPlatform.on(folder);
    project = "project/" + platform.project();
    full = platform.provision("full");
    empty = platform.provision("empty");
    fill(full);
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static void fill(Provisioned device) throws Exception {
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      for (int n = 1; n <= SENT; n += 10) {
        List<Frame.DeviceMessage> messages = new ArrayList<>();
        for (int i = n; i < n + 10; i++) {
          messages.add(
              new Frame.DeviceMessage(
                  i % 10 == 0 ? Frame.Kind.IOTTLYAGENT : Frame.Kind.USERDEFINED,
                  1_500_000_000_000L + i,
                  true,
                  i % 2 == 0 ? "even" : null,
                  Payload.of("{\"n\":" + i + ",\"text\":\"è 🌍\"}")));
        }
        link.send(new Frame.Batch(n, messages));
        link.awaitAck(n + 9);
      }
    }
    await()
        .until(() ->
            !platform
                .get(platform.device(device.id()) + "/props")
                .text()
                .contains("\"connected\""));
  }

  // Messages: newest

  @Test
  void theNewestMessagesComeInExtendedJson() {
    Answer answer = messages("?queryJson=" + encoded("{\"payload.n\": 119}"));
    assertThat(fields(answer.json())).containsExactly("status", "messages", "more", "cursor");
    assertThat(answer.json().get("status").asInt()).isEqualTo(200);
    JsonNode message = answer.json().get("messages").get(0);
    assertThat(fields(message))
        .containsExactly("_id", "from", "to", "timestamp", "devicetimestamp", "type", "payload");
    assertThat(message.at("/_id/$oid").asText()).matches("[0-9a-f]{24}");
    assertThat(message.get("from").asText()).isEqualTo(full.id());
    assertThat(message.get("to").asText()).isEqualTo(platform.project());
    assertThat(Instant.parse(message.at("/timestamp/$date").asText()))
        .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now().plusSeconds(1));
    assertThat(message.at("/devicetimestamp/$date").asText()).isEqualTo("2017-07-14T02:40:00.119Z");
    assertThat(message.get("type").asText()).isEqualTo("userdefined");
    assertThat(message.get("payload")).isEqualTo(json("{\"n\": 119, \"text\": \"è 🌍\"}"));
    JsonNode even =
        messages("?queryJson=" + encoded("{\"channel\": \"even\"}")).json().get("messages");
    assertThat(even.get(0).get("channel").asText()).isEqualTo("even");
  }

  @Test
  void tenOfTheNewestComeUnlessToldOtherwise() {
    assertThat(numbers(messages("").json())).hasSize(9).startsWith(SENT);
    assertThat(messages("").json().get("messages")).hasSize(10);
    assertThat(messages("?numMessages=1").json().get("messages")).hasSize(1);
    assertThat(messages("?numMessages=100").json().get("messages")).hasSize(100);
    for (String bad : List.of("0", "101", "-1", "x", "")) {
      assertRefused(messages("?numMessages=" + bad), 400, "bad_parameter");
    }
  }

  @Test
  void nothingFoundIs200WithAnEmptyListInTheNewestCall() {
    Answer none = messages("?queryJson=" + encoded("{\"payload.n\": -1}"));
    assertThat(none.status()).isEqualTo(200);
    assertThat(none.json().get("messages")).isEmpty();
    assertThat(none.json().get("more").asBoolean()).isFalse();
    Answer empty = platform.get(project + "/messages/" + MessageCallsTest.empty.id());
    assertThat(empty.status()).isEqualTo(200);
    assertThat(empty.json().get("messages")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"payload.n\": {\"$gt\": 117}} | 120 119 118",
        "{\"payload.n\": {\"$in\": [1, 2, 500]}} | 2 1",
        "{\"$or\": [{\"payload.n\": 3}, {\"payload.text\": \"no\"}]} | 3",
        "{\"payload.n\": {\"$lt\": 4}, \"channel\": {\"$exists\": false}} | 3 1",
        "{\"payload.text\": {\"$regex\": \"^è\"}, \"payload.n\": 7} | 7",
        "{\"type\": \"iottlyagent\", \"payload.n\": {\"$lte\": 20}} | 20 10",
        "{\"devicetimestamp\": {\"$lt\": {\"$date\": \"2017-07-14T02:40:00.003Z\"}}} | 2 1",
      })
  void aFilterInMongosLanguageFindsWhatItSays(String filter, String expected) {
    List<Integer> wanted = new ArrayList<>();
    for (String number : expected.strip().split(" ")) {
      wanted.add(Integer.valueOf(number));
    }
    assertThat(numbers(messages("?queryJson=" + encoded(filter)).json())).isEqualTo(wanted);
  }

  @Test
  void aFilterCanNotLeaveItsDevice() {
    String filter = "{\"from\": {\"$exists\": true}}";
    Answer answer =
        platform.get(project + "/messages/" + empty.id() + "?queryJson=" + encoded(filter));
    assertThat(answer.json().get("messages")).isEmpty();
  }

  @Test
  void anIdIsACursorToo() {
    JsonNode second = messages("?numMessages=2").json().get("messages").get(1);
    String filter = "{\"_id\": {\"$gt\": " + second.get("_id") + "}}";
    assertThat(messages("?queryJson=" + encoded(filter)).json().get("messages")).hasSize(1);
  }

  // Messages: paginated

  @Test
  void aPageHasPlainDatesAndNoId() {
    JsonNode page = page(full, "?sort=asc&l=2").json();
    assertThat(fields(page)).containsExactly("messages", "more", "cursor");
    assertThat(page.get("messages")).hasSize(2);
    JsonNode message = page.get("messages").get(1);
    assertThat(fields(message))
        .containsExactly("from", "to", "timestamp", "devicetimestamp", "type", "payload");
    assertThat(message.get("timestamp").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?");
    assertThat(message.get("devicetimestamp").asText()).isEqualTo("2017-07-14T02:40:00.001");
  }

  @Test
  void pagesHaveTheirDefaultsAndEdges() {
    // With the two notes of the connection there are 122 messages.
    assertThat(page(full, "").json().get("messages")).hasSize(50);
    assertThat(page(full, "?l=1").json().get("messages")).hasSize(1);
    assertThat(page(full, "?l=100").json().get("messages")).hasSize(100);
    assertThat(page(full, "?l=100&p=2").json().get("messages")).hasSize(22);
    assertThat(page(full, "?l=100&p=2").json().get("more").asBoolean()).isFalse();
    assertThat(page(full, "?p=3").json().get("messages")).hasSize(22);
    assertRefused(page(full, "?p=4"), 404, "no_messages");
    assertRefused(page(full, "?p=2147483647&l=100"), 404, "no_messages");
    assertRefused(page(empty, ""), 404, "no_messages");
    assertThat(numbers(page(full, "?type=userdefined&l=3").json())).containsExactly(119, 118, 117);
    assertThat(numbers(page(full, "?type=userdefined&l=3&sort=asc").json()))
        .containsExactly(1, 2, 3);
    assertThat(numbers(page(full, "?type=userdefined&l=3&sort=asc&p=2").json()))
        .containsExactly(4, 5, 6);
    assertThat(page(full, "?type=iottlyagent&l=100").json().get("messages")).hasSize(14);
    assertThat(page(full, "?type=all&l=100").json().get("messages")).hasSize(100);
  }

  @Test
  void fromIsInclusiveAndToIsExclusiveToTheMillisecond() throws Exception {
    Provisioned device = platform.provision("in time");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendMessage(1, "{\"n\":1}");
      link.awaitAck(1);
    }
    String at = page(device, "?type=userdefined").json().at("/messages/0/timestamp").asText();
    long millis = LocalDateTime.parse(at).toInstant(ZoneOffset.UTC).toEpochMilli();
    String before = Instant.ofEpochMilli(millis - 1).toString();
    String after = Instant.ofEpochMilli(millis + 1).toString();
    for (String from : List.of(at, at + "Z", Long.toString(millis), before)) {
      assertThat(numbers(page(device, "?type=userdefined&from=" + from).json())).containsExactly(1);
    }
    assertRefused(page(device, "?type=userdefined&from=" + after), 404, "no_messages");
    assertRefused(page(device, "?type=userdefined&to=" + at), 404, "no_messages");
    assertRefused(page(device, "?type=userdefined&to=" + millis), 404, "no_messages");
    assertThat(numbers(page(device, "?type=userdefined&to=" + after).json())).containsExactly(1);
    assertThat(numbers(page(device, "?type=userdefined&from=" + at + "&to=" + after).json()))
        .containsExactly(1);
    assertRefused(page(device, "?from=" + at + "&to=" + at), 404, "no_messages");
    assertRefused(page(device, "?from=" + after + "&to=" + before), 404, "no_messages");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2018-07-27",
        "2018-07-27T17:50:04",
        "2018-07-27T17:50:04.968",
        "2018-07-27T17:50:04Z",
        "2018-07-27T17:50:04%2B02:00",
        "2018-07-27T17:50:04+02:00",
        "1532713804",
        "1532713804.5",
        "1532713804968",
        "0",
      })
  void timesAreTakenInTheirSeveralForms(String time) {
    assertThat(page(full, "?from=" + time).status()).isEqualTo(200);
    assertRefused(page(full, "?to=" + time), 404, "no_messages");
  }

  // Cursors

  @ParameterizedTest
  @ValueSource(
      strings = {
        "messages?numMessages=7",
        "page?l=7",
        "page?l=7&sort=asc",
        "page?l=7&type=userdefined"
      })
  void aCursorGoesThroughEverythingOnceWhileMessagesKeepComing(String call) throws Exception {
    Provisioned device = platform.provision("busy " + call);
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      AtomicLong sequence = new AtomicLong();
      for (int i = 0; i < 40; i++) {
        sendNext(link, sequence);
      }
      link.awaitAck(40);
      boolean upwards = call.contains("asc");
      Set<Integer> seen = new HashSet<>();
      String cursor = "";
      boolean more = true;
      while (more) {
        if (sequence.get() < 60) {
          sendNext(link, sequence);
          link.awaitAck(sequence.get());
        }
        String query = call.substring(call.indexOf('?')) + cursor;
        Answer answer = call.startsWith("page") ? page(device, query) : messages(device, query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        for (int number : numbers(answer.json())) {
          assertThat(seen.add(number)).as("%s twice", number).isTrue();
        }
        more = answer.json().get("more").asBoolean();
        cursor = "&cursor=" + answer.json().get("cursor").asText();
      }
      Set<Integer> wanted = new HashSet<>();
      for (int n = 1; n <= (upwards ? sequence.get() : 41); n++) {
        wanted.add(n);
      }
      assertThat(seen).isEqualTo(wanted);
    }
  }

  private static void sendNext(TestDevice link, AtomicLong sequence) throws Exception {
    long n = sequence.incrementAndGet();
    link.sendMessage(n, "{\"n\":" + n + "}");
  }

  @Test
  void aCursorIsGoodForItsDeviceAndDirectionOnly() {
    String cursor = page(full, "?l=1").json().get("cursor").asText();
    assertThat(page(full, "?cursor=" + cursor).status()).isEqualTo(200);
    assertThat(messages("?cursor=" + cursor).status()).isEqualTo(200);
    assertThat(page(full, "?sort=asc&cursor=" + cursor).status()).isEqualTo(400);
    assertThat(page(empty, "?cursor=" + cursor).status()).isEqualTo(400);
  }

  // Odd messages

  @Test
  void aClockFarOffIsShownInAFormThatCanBeRead() throws Exception {
    Provisioned device = platform.provision("far off");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      List<Frame.DeviceMessage> messages = new ArrayList<>();
      for (long time : new long[] {Long.MIN_VALUE, -1, 0, 253_402_300_800_000L, Long.MAX_VALUE}) {
        messages.add(
            new Frame.DeviceMessage(
                Frame.Kind.USERDEFINED, time, false, null, Payload.of("{\"n\":1}")));
      }
      link.send(new Frame.Batch(1, messages));
      link.awaitAck(5);
    }
    JsonNode extended = messages(device, "?numMessages=100").json().get("messages");
    List<String> times = new ArrayList<>();
    for (JsonNode message : extended) {
      if (message.at("/payload/n").asInt() == 1) {
        times.add(message.at("/devicetimestamp/$date").toString());
      }
    }
    assertThat(times)
        .containsExactly(
            "{\"$numberLong\":\"" + Long.MAX_VALUE + "\"}",
            "{\"$numberLong\":\"253402300800000\"}",
            "\"1970-01-01T00:00:00Z\"",
            "{\"$numberLong\":\"-1\"}",
            "{\"$numberLong\":\"" + Long.MIN_VALUE + "\"}");
    assertThat(page(device, "?type=userdefined").json().get("messages")).hasSize(5);
  }

  private static Answer messages(String query) {
    return messages(full, query);
  }

  private static Answer messages(Provisioned device, String query) {
    return platform.get(project + "/messages/" + device.id() + query);
  }

  private static Answer page(Provisioned device, String query) {
    return platform.get(platform.device(device.id()) + "/messages/paginated" + query);
  }

  /** The {@code n} of those messages that have one. */
  private static List<Integer> numbers(JsonNode answer) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode message : answer.get("messages")) {
      if (message.at("/payload/n").isInt()) {
        numbers.add(message.at("/payload/n").intValue());
      }
    }
    return numbers;
  }

  private static JsonNode json(String text) {
    try {
      return TestPlatform.JSON.readTree(text);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}

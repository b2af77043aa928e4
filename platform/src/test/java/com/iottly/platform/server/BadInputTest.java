package com.iottly.platform.server;

import static com.iottly.platform.server.Answers.assertNothingInternal;
import static com.iottly.platform.server.Answers.assertRefused;
import static com.iottly.platform.server.Answers.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a request says: a status, a code and a sentence, and the platform goes on. */
class BadInputTest {

  private static final String NOBODY = "7b0b3f3e-93d8-4a51-9a5e-0f3f8f8b7c11";

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static Provisioned device;
  private static String commands;
  private static String project;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder);
    device = platform.provision("bad input");
    commands = platform.device(device.id()) + "/command";
    project = "project/" + platform.project();
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @AfterEach
  void thePlatformStillAnswers() {
    assertThat(platform.get("project/ping").text()).isEqualTo("{\"status\": \"pong\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "nonsense",
        "{\"cmd_type\": \"echo\",}",
        "{'cmd_type': 'echo'}",
        "{\"cmd_type\": \"echo\"} {}",
        "{\"cmd_type\": \"echo\"}x",
        "[{\"cmd_type\": \"echo\"}]",
        "\"echo\"",
        "1",
        "null",
        "   ",
        "{\"cmd_type\": \"echo\", \"ttl\": NaN}",
        "{\"cmd_type\": \"echo\", \"ttl\": 01}",
        "{\"cmd_type\": \"echo\" // no comments\n}",
        "{\"cmd_type\": \"ec\nho\"}",
        "{\"cmd_type\": \"\\x\"}",
        "{\"cmd_type\": \"echo\", \"cmd_type\": \"echo\"}",
        "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \"a\", \"echo.content\": \"b\"}}",
      })
  void aBodyThatIsNotOneJsonObjectIsRefused(String body) {
    assertRefused(platform.post(commands, body), 400, "bad_json");
  }

  @Test
  void aDeepBodyIsRefused() {
    String deep = "[".repeat(100_000);
    assertRefused(platform.post(commands, "{\"values\": " + deep), 400, "bad_json");
    assertRefused(platform.post(commands, "{\"a\":".repeat(65)), 400, "bad_json");
  }

  @Test
  void aLongNumberIsRefused() {
    assertRefused(
        platform.post(commands, "{\"ttl\": " + "9".repeat(100_000) + "}"), 400, "bad_json");
  }

  @Test
  void aLongMemberNameIsRefused() {
    assertRefused(
        platform.post(
            commands, "{\"cmd_type\": \"echo\", \"values\": {\"" + "n".repeat(500_000) + "\": 1}}"),
        400,
        "bad_json",
        "bad_values");
  }

  @Test
  void aBodyThatIsNotUtf8IsRefused() {
    for (byte[] body :
        new byte[][] {
          {'{', '"', (byte) 0xc3, '"', ':', '1', '}'},
          {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
          {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
          {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
          "{\"cmd_type\": \"echo\"}".getBytes(StandardCharsets.UTF_16BE),
        }) {
      Answer answer =
          platform.send(
              platform
                  .request(commands)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(body)));
      assertRefused(answer, 400, "bad_json");
    }
  }

  @Test
  void halfASurrogatePairIsRefusedWhereverItStands() {
    assertRefused(platform.post(commands, "{\"cmd_type\": \"\\ud800\"}"), 400, "command_unknown");
    assertRefused(
        platform.post(
            commands, "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \"\\udc00\"}}"),
        400,
        "bad_values");
    assertRefused(
        platform.post(commands, "{\"cmd_type\": \"echo\", \"values\": {\"\\ud800\": 1}}"),
        400,
        "bad_values");
    assertRefused(platform.post(commands, "{\"\\ud800\": 1, \"\\ud800\": 2}"), 400, "bad_json");
    assertRefused(
        platform.put(platform.device(device.id()) + "/props", "{\"name\": \"\\ud800\"}"),
        400,
        "bad_name");
    assertRefused(platform.post(project + "/device", "{\"name\": \"a\\udfff\"}"), 400, "bad_name");
  }

  @Test
  void aLongTextCutInTheMiddleOfACharacterIsStillAnswered() {
    String text = "a".repeat(59) + "🌍".repeat(10);
    assertRefused(
        platform.post(commands, "{\"cmd_type\": \"" + text + "\"}"), 400, "command_unknown");
    String encoded = "a".repeat(59) + "%F0%9F%8C%8D".repeat(10);
    assertRefused(platform.get(commands + "?" + encoded + "=1"), 400, "unknown_parameter");
    assertRefused(platform.get(commands + "?limit=" + encoded), 400, "bad_parameter");
    assertRefused(
        platform.get(commands + "?" + encoded + "&" + encoded), 400, "duplicate_parameter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                          | missing_member",
        "{\"cmd_type\": 1}                                           | bad_member",
        "{\"cmd_type\": null}                                        | missing_member",
        "{\"cmd_type\": [\"echo\"]}                                  | bad_member",
        "{\"cmd_type\": \"\"}                                        | command_unknown",
        "{\"cmd_type\": \"nope\"}                                    | command_unknown",
        "{\"cmd_type\": \"echo\", \"values\": 1}                     | bad_values",
        "{\"cmd_type\": \"echo\", \"values\": []}                    | bad_values",
        "{\"cmd_type\": \"echo\", \"values\": {\"content\": \"a\"}}  | bad_values",
        "{\"cmd_type\": \"echo\", \"values\": {\"echo.no\": \"a\"}}  | bad_values",
        "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": {}}}| bad_values",
        "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": 1e999}} | bad_values",
        "{\"cmd_type\": \"examplecommand\"}                          | bad_values",
        "{\"cmd_type\": \"examplecommand\", \"values\": {\"examplecommand.status\": \"no\"}} | bad_values",
        "{\"cmd_type\": \"echo\", \"ttl\": -1}                       | bad_ttl",
        "{\"cmd_type\": \"echo\", \"ttl\": 1.5}                      | bad_ttl",
        "{\"cmd_type\": \"echo\", \"ttl\": \"60\"}                   | bad_ttl",
        "{\"cmd_type\": \"echo\", \"ttl\": 2592001}                  | bad_ttl",
        "{\"cmd_type\": \"echo\", \"ttl\": 99999999999999999999}     | bad_ttl",
        "{\"cmd_type\": \"echo\", \"ttl\": 1e3}                      | bad_ttl",
        "{\"cmd_type\": \"echo\", \"ttl\": true}                     | bad_ttl",
      })
  void aCommandThatDoesNotFitIsRefused(String body, String code) {
    assertRefused(platform.post(commands, body), 400, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                      | missing_member",
        "{\"name\": 1}           | bad_member",
        "{\"name\": \"\"}        | bad_name",
        "{\"name\": \"  \"}      | bad_name",
        "{\"name\": \"a\\u0000\"}| bad_name",
        "{\"name\": \"a\\nb\"}   | bad_name",
        "{\"naem\": \"a\"}       | missing_member",
      })
  void aNameThatDoesNotFitIsRefused(String body, String code) {
    assertRefused(platform.put(platform.device(device.id()) + "/props", body), 400, code);
    assertRefused(platform.post(project + "/device/", body), 400, code);
  }

  @Test
  void aNameHasAtMost100Characters() {
    String props = platform.device(device.id()) + "/props";
    assertThat(platform.put(props, "{\"name\": \"" + "🌍".repeat(100) + "\"}").status())
        .isEqualTo(200);
    assertRefused(platform.put(props, "{\"name\": \"" + "a".repeat(101) + "\"}"), 400, "bad_name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command?limit=0",
        "command?limit=101",
        "command?limit=-1",
        "command?limit=ten",
        "command?limit=",
        "command?limit",
        "command?limit=1.0",
        "command?limit=%2B5",
        "command?limit=%D9%A1",
        "command?limit=99999999999999999999",
        "messages/paginated?l=0",
        "messages/paginated?l=101",
        "messages/paginated?l=x",
        "messages/paginated?p=0",
        "messages/paginated?p=-1",
        "messages/paginated?p=2147483648",
        "messages/paginated?type=command",
        "messages/paginated?type=",
        "messages/paginated?sort=up",
        "messages/paginated?sort=DESC",
        "messages/paginated?p=1&cursor=x",
      })
  void aParameterOutOfRangeIsRefused(String path) {
    assertRefused(platform.get(platform.device(device.id()) + "/" + path), 400, "bad_parameter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "",
        "2018-13-01",
        "2018-02-30",
        "2018-07-27T25:00:00",
        "2018-07-27T10:00:60",
        "0000-01-01",
        "10000-01-01",
        "99999999999999999999",
        "NaN",
        "1e9",
        "2018-07-27T10:00:00[Europe/Rome]",
        "--5",
        "%00"
      })
  void aTimeThatIsNoneIsRefused(String time) {
    for (String name : new String[] {"from", "to"}) {
      assertRefused(
          platform.get(platform.device(device.id()) + "/messages/paginated?" + name + "=" + time),
          400,
          "bad_time");
    }
  }

  @Test
  void aQueryThatCanNotBeReadIsRefused() throws IOException {
    for (String query :
        new String[] {
          "%", "%4", "%zz", "a=%ff", "a=%c3", "a=%ed%a0%80", "%00=%c0%80", "a=\u00ff"
        }) {
      Response answer =
          RawHttp.exchange(platform, RawHttp.head(platform, "GET", "project/ping?" + query));
      assertRefused(answer, 400, "bad_query");
    }
    assertRefused(platform.get("project/ping?a=1&a=2"), 400, "duplicate_parameter");
    assertRefused(platform.get("project/ping?a&%61"), 400, "duplicate_parameter");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                             | bad_query",
        "[]                            | bad_query",
        "1                             | bad_query",
        "{\"$where\": \"sleep(1)\"}    | unknown_operator",
        "{\"$expr\": {}}               | unknown_operator",
        "{\"a\": {\"$near\": 1}}       | unknown_operator",
        "{\"a\": {\"$regex\": \"(\"}}  | bad_query",
      })
  void aFilterThatIsNoneIsRefusedAndTheOperatorNamed(String filter, String code) {
    Answer answer =
        platform.get(project + "/messages/" + device.id() + "?queryJson=" + encoded(filter));
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().get("error").asText()).isNotBlank();
    if (code.equals("unknown_operator")) {
      String operator = filter.replaceFirst("(?s).*\"(\\$[a-z]+)\".*", "$1");
      assertThat(answer.json().get("error").asText()).contains(operator);
    }
    assertNothingInternal(answer.text());
  }

  @Test
  void aDeepOrLongFilterIsRefused() {
    for (String filter :
        new String[] {
          "{\"$and\": [".repeat(33) + "{}" + "]}".repeat(33),
          "{\"a\": " + "[".repeat(4_000) + "]".repeat(4_000) + "}",
          "{\"a\": \"" + "x".repeat(17_000) + "\"}",
        }) {
      Answer answer =
          platform.get(project + "/messages/" + device.id() + "?queryJson=" + encoded(filter));
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.json().get("error").asText()).isNotBlank();
      assertNothingInternal(answer.text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "%00", "AAAA", "eyJhIjoxfQ", "-", ".", "%F0%9F%8C%8D"})
  void aCursorThatIsNoneIsRefused(String cursor) {
    for (String path :
        new String[] {
          project + "/messages/" + device.id(), platform.device(device.id()) + "/messages/paginated"
        }) {
      Answer answer = platform.get(path + "?cursor=" + cursor);
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.json().get("error").asText()).contains("cursor");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "%2e%2e",
        "..%2f..",
        "1",
        "00000000-0000-0000-0000-000000000000",
        "0-0-0-0-0",
        "%00",
        "'%20OR%20''='",
        "00000000-0000-0000-0000-00000000000G",
      })
  void anIdThatIsNoneIsLikeAnUnknownOne(String id) {
    String unknown = platform.get(platform.device(NOBODY) + "/props").text();
    Answer answer = platform.get(platform.device(id) + "/props");
    assertRefused(answer, 403, "wrong_device");
    assertThat(answer.text()).isEqualTo(unknown);
    assertRefused(platform.get(project + "/messages/" + id), 403, "wrong_device");
    assertRefused(platform.get("project/" + id + "/inspect"), 403, "wrong_project");
    assertRefused(platform.get(project + "/license/" + id), 404, "license_unknown");
    assertRefused(platform.get(commands + "/" + id), 404, "command_not_found");
    assertRefused(platform.delete(commands + "/" + id), 404, "command_not_found");
    assertRefused(platform.get(commands + "?before=" + id), 404, "command_not_found");
  }

  @Test
  void aProvisioningThatDoesNotFitIsRefused() {
    String path = "agent/provision";
    assertRefused(platform.post(path, "{}"), 400, "missing_member");
    assertRefused(
        platform.post(path, "{\"macaddress\": 1, \"machine_id\": \"m\"}"), 400, "bad_member");
    String machine =
        "{\"project\": \"%s\", \"macaddress\": \"%s\", \"machine_id\": \"%s\", \"name\": \"n\"%s}";
    assertRefused(
        platform.post(path, machine.formatted(platform.project(), "no mac", "m", "")),
        400,
        "bad_registration");
    assertRefused(
        platform.post(path, machine.formatted(platform.project(), "02:00:00:00:ff:01", "", "")),
        400,
        "bad_registration");
    assertRefused(
        platform.post(path, machine.formatted("x", "02:00:00:00:ff:01", "m", "")),
        403,
        "wrong_project");
    assertRefused(
        platform.post(
            path,
            machine.formatted(
                platform.project(), "02:00:00:00:ff:01", "m", ", \"license\": \"x\"")),
        400,
        "license_unknown");
    assertRefused(
        platform.post(
            path,
            machine.formatted(
                platform.project(), "02:00:00:00:ff:01", "m", ", \"pair_code\": \"\\ud800\"")),
        401,
        "pair_code_unknown");
    assertRefused(
        platform.post(
            path + "?x=1", machine.formatted(platform.project(), "02:00:00:00:ff:01", "m", "")),
        400,
        "unknown_parameter");
  }
}

package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** API keys as the running platform honours them (contract §3). */
class ApiKeyCallsTest {

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static String project;
  private static Provisioned device;

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder);
    project = "project/" + platform.project();
    device = platform.provision("keys");
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static JsonNode create(String... options) {
    String[] all = new String[5 + options.length];
    System.arraycopy(
        new String[] {"key", "create", platform.project(), "--description", "d"}, 0, all, 0, 5);
    System.arraycopy(options, 0, all, 5, options.length);
    String[] json = java.util.Arrays.copyOf(all, all.length + 1);
    json[all.length] = "--json";
    return platform.admin(json);
  }

  private static Answer get(String path, String secret) {
    return platform.send(platform.plainRequest(path).header("Authentication", "bearer " + secret));
  }

  private static Answer send(String method, String path, String body, String secret) {
    return platform.send(
        platform
            .plainRequest(path)
            .header("Authentication", "bearer " + secret)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  @Test
  void aDeletedKeyIsRefusedAtOnce() {
    JsonNode key = create();
    String secret = key.get("secret").asText();
    assertThat(get("project/ping", secret).status()).isEqualTo(200);
    platform.admin("key", "delete", platform.project(), key.get("id").asText(), "--json");
    Answer refused = get("project/ping", secret);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.json().get("code").asText()).isEqualTo("key_unknown");
  }

  @Test
  void anExpiredKeyIsRefusedAndSaysSince() {
    String secret = create("--expires", "1s").get("secret").asText();
    Answer refused = await().until(() -> get("project/ping", secret), a -> a.status() == 401);
    assertThat(refused.json().get("code").asText()).isEqualTo("key_expired");
    assertThat(refused.json().get("error").asText()).contains("expired at 2");
  }

  @Test
  void aKeyThatMayOnlyReadCanDoNothingElse() {
    String secret = create("--scope", "read").get("secret").asText();
    String path = platform.device(device.id());
    assertThat(get("project/ping", secret).status()).isEqualTo(200);
    assertThat(get(path + "/command", secret).status()).isEqualTo(200);
    String unknownCommand = path + "/command/7b0b3f3e-93d8-4a51-9a5e-0f3f8f8b7c11";
    for (Answer refused :
        new Answer[] {
          send("POST", path + "/command", "{\"cmd_type\": \"echo\"}", secret),
          send("PUT", path + "/props", "{\"name\": \"x\"}", secret),
          send("DELETE", unknownCommand, "", secret),
          send("POST", project + "/device", "{\"name\": \"x\"}", secret),
          send(
              "POST",
              "agent/provision",
              "{\"project\": \"%s\", \"macaddress\": \"02:00:00:00:dd:01\", \"machine_id\": \"m\"}"
                  .formatted(platform.project()),
              secret),
        }) {
      assertThat(refused.status()).as(refused.text()).isEqualTo(403);
      assertThat(refused.json().get("code").asText()).isEqualTo("scope_missing");
      assertThat(refused.json().get("error").asText()).containsAnyOf("'command'", "'provision'");
    }
  }

  @Test
  void aKeyThatMayNotReadCanNotRead() {
    String secret = create("--scope", "provision").get("secret").asText();
    assertThat(get(project + "/inspect", secret).json().get("code").asText())
        .isEqualTo("scope_missing");
  }

  @Test
  void aKeyOfAnotherProjectIs403AndItsOwnProjectServesIt() {
    String other = platform.admin("project", "create", "Other", "--json").get("id").asText();
    String secret =
        platform
            .admin("key", "create", other, "--description", "d", "--json")
            .get("secret")
            .asText();
    assertThat(get("project/" + other + "/inspect", secret).status()).isEqualTo(200);
    assertThat(get(project + "/inspect", secret).json().get("code").asText())
        .isEqualTo("wrong_project");
    assertThat(get(platform.device(device.id()) + "/props", secret).status()).isEqualTo(403);
    Answer provision =
        send(
            "POST",
            "agent/provision",
            "{\"project\": \"%s\", \"macaddress\": \"02:00:00:00:dd:02\", \"machine_id\": \"m\"}"
                .formatted(platform.project()),
            secret);
    assertThat(provision.status()).isEqualTo(403);
  }

  @Test
  void theKeysOfADeletedProjectAreRefusedAndItsDevicesAreCutOff() throws Exception {
    String other = platform.admin("project", "create", "Gone", "--json").get("id").asText();
    String secret =
        platform
            .admin("key", "create", other, "--description", "d", "--json")
            .get("secret")
            .asText();
    Answer provisioned =
        send(
            "POST",
            "agent/provision",
            "{\"project\": \"%s\", \"macaddress\": \"02:00:00:00:dd:03\", \"machine_id\": \"m\"}"
                .formatted(other),
            secret);
    try (TestDevice link =
        TestDevice.hello(platform, provisioned.json().get("token").asText(), 1)) {
      platform.admin("project", "delete", other, "--yes", "--json");
      assertThat(link.closeCode()).isEqualTo(4401);
    }
    assertThat(get("project/ping", secret).status()).isEqualTo(401);
  }

  @Test
  void noSecretIsEverLoggedOrStoredInTheClear() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    Recorder recorder = new Recorder();
    recorder.start();
    root.addAppender(recorder);
    root.setLevel(Level.DEBUG);
    String secret;
    String token;
    String pairCode;
    try {
      secret = create().get("secret").asText();
      get("project/ping", secret);
      get("project/ping?key=x", secret + "x");
      send("POST", platform.device(device.id()) + "/command", "{", secret);
      get("nowhere", secret);
      token = platform.provision("logged").token();
      try (TestDevice link = TestDevice.hello(platform, token, 1)) {
        link.sendBytes(new byte[] {1});
        assertThat(link.closeCode()).isEqualTo(4400);
      }
      pairCode =
          send("POST", project + "/device", "{\"name\": \"x\"}", secret)
              .json()
              .get("pair_code")
              .asText();
    } finally {
      root.setLevel(before);
      root.detachAppender(recorder);
    }
    assertThat(recorder.lines).isNotEmpty();
    assertThat(String.join("\n", recorder.lines))
        .doesNotContain(secret)
        .doesNotContain(token.substring(token.lastIndexOf('.')))
        .doesNotContain(pairCode);
    assertNoFileContains(secret, pairCode, token.substring(token.lastIndexOf('.') + 1));
  }

  private static void assertNoFileContains(String... secrets) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String secret : secrets) {
          assertThat(content.contains(secret)).as("%s has a secret", file).isFalse();
        }
      }
    }
  }

  private static final class Recorder extends AppenderBase<ILoggingEvent> {

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(
          event.getFormattedMessage()
              + " "
              + event.getKeyValuePairs()
              + " "
              + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage()));
    }
  }
}

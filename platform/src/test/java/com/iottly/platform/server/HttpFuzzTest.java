package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Requests that are nearly right, by the thousand. */
class HttpFuzzTest {

  private static final long SEED = Long.getLong("iottly.seed", 20_170_920L);
  private static final int ROUNDS = 50;
  private static final int AT_ONCE = 40;
  private static final int ANSWER_MILLIS = 10;

  private static final List<String> ODD =
      List.of(
          "%00",
          "%",
          "%ff",
          "..",
          "//",
          "-1",
          "0",
          "1e999",
          "99999999999999999999",
          "\u0000",
          "\u00ff",
          "\r\n",
          "\"",
          "{",
          "[[[[",
          "null",
          "\\ud800",
          "$where",
          "{\"$\":1}",
          "\u00f0\u009f",
          "&",
          "=",
          ":");

  @TempDir Path folder;

  private Random random;
  private List<String> seeds;

  @Test
  void everyRequestIsAnsweredWithoutAnIncidentAndThePlatformGoesOn() throws Exception {
    random = new Random(SEED);
    String hint = "again with -Diottly.seed=" + SEED;
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    root.addAppender(logged);
    int answered = 0;
    try (TestPlatform platform = TestPlatform.on(folder)) {
      seeds = seeds(platform);
      for (int round = 0; round < ROUNDS; round++) {
        answered += round(platform, hint);
        assertThat(platform.get("project/ping").status()).as(hint).isEqualTo(200);
      }
    } finally {
      root.detachAppender(logged);
    }
    assertThat(answered).isGreaterThan(ROUNDS * AT_ONCE / 4);
    assertThat(logged.list)
        .as(hint)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.ERROR))
        .isEmpty();
  }

  private int round(TestPlatform platform, String hint) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      byte[] request = mutated(seeds.get(random.nextInt(seeds.size())));
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), platform.port());
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(request);
      sockets.add(socket);
      requests.add(request);
    }
    assertThat(platform.get("project/ping").status()).as(hint).isEqualTo(200);
    int answered = 0;
    // 501 is what Vert.x says to a protocol that is not HTTP.
    for (int i = 0; i < AT_ONCE; i++) {
      try (Socket socket = sockets.get(i)) {
        String answer = available(socket);
        if (!answer.isEmpty()) {
          answered++;
          assertThat(answer)
              .as("%s: %s", hint, new String(requests.get(i), StandardCharsets.ISO_8859_1))
              .matches("(?s)\\S* (1|2|3|4|501|503).*")
              .doesNotContain("Exception", "com.iottly", "java.", "netty");
        }
      }
    }
    return answered;
  }

  /** What the platform says; empty when it waits for more or has hung up. */
  private static String available(Socket socket) throws IOException {
    byte[] buffer = new byte[64 << 10];
    try {
      int length = Math.max(0, socket.getInputStream().read(buffer));
      return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException | SocketException _) {
      return "";
    }
  }

  private byte[] mutated(String seed) {
    int split = seed.indexOf("\r\n\r\n") + 4;
    byte[] head = seed.substring(0, split).getBytes(StandardCharsets.ISO_8859_1);
    byte[] body = seed.substring(split).getBytes(StandardCharsets.ISO_8859_1);
    if (body.length > 0 && random.nextBoolean()) {
      body = mutated(body);
      String right =
          new String(head, StandardCharsets.ISO_8859_1)
              .replaceFirst("Content-Length: \\d+", "Content-Length: " + body.length);
      head = right.getBytes(StandardCharsets.ISO_8859_1);
    } else {
      head = mutated(head);
    }
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  private byte[] mutated(byte[] text) {
    StringBuilder mutated = new StringBuilder(new String(text, StandardCharsets.ISO_8859_1));
    for (int changes = 1 + random.nextInt(3); changes > 0 && !mutated.isEmpty(); changes--) {
      int at = random.nextInt(mutated.length());
      int end = Math.min(mutated.length(), at + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> mutated.setCharAt(at, (char) random.nextInt(256));
        case 1 -> mutated.insert(at, ODD.get(random.nextInt(ODD.size())));
        case 2 -> mutated.delete(at, end);
        case 3 -> mutated.insert(at, mutated.substring(at, end));
        default -> mutated.replace(at, end, ODD.get(random.nextInt(ODD.size())));
      }
    }
    return mutated.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> seeds(TestPlatform platform) throws Exception {
    Provisioned device = platform.provision("fuzzed");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendMessage(1, "{\"n\":1,\"text\":\"a\"}");
      link.awaitAck(1);
    }
    String project = "project/" + platform.project();
    String path = platform.device(device.id());
    return List.of(
        RawHttp.head(platform, "GET", "project/ping"),
        RawHttp.head(platform, "GET", project + "/inspect"),
        RawHttp.head(platform, "GET", project + "/license/" + "0".repeat(32)),
        RawHttp.head(platform, "GET", project + "/devices/props"),
        RawHttp.head(
            platform,
            "GET",
            project
                + "/messages/"
                + device.id()
                + "?numMessages=5&queryJson=%7B%22payload.n%22%3A%7B%22%24gt%22%3A0%7D%7D"),
        RawHttp.head(
            platform,
            "GET",
            path + "/messages/paginated?p=1&l=10&type=all&from=2018-07-27&to=4000000000&sort=asc"),
        RawHttp.head(platform, "GET", path + "/command?limit=5&before=" + device.id()),
        RawHttp.head(platform, "DELETE", path + "/command/" + device.id()),
        withBody(
            platform,
            "POST",
            path + "/command",
            "{\"cmd_type\": \"echo\", \"values\": {\"echo.content\": \"hi\"}, \"ttl\": 1}"),
        withBody(platform, "PUT", path + "/props", "{\"name\": \"fuzzed\"}"),
        withBody(platform, "POST", project + "/device", "{\"name\": \"fuzzed\"}"),
        withBody(
            platform,
            "POST",
            "agent/provision",
            "{\"project\": \"%s\", \"name\": \"n\", \"macaddress\": \"02:00:00:00:cc:01\", \"machine_id\": \"m\"}"
                .formatted(platform.project())),
        RawHttp.head(platform, "GET", project + "/devices?search=a&status=connected&limit=5"),
        RawHttp.head(platform, "GET", project + "/pairings?limit=1&cursor=YQ"),
        withBody(platform, "PATCH", path, "{\"name\": \"fuzzed\", \"tags\": [\"a\", \"b\"]}"),
        withBody(
            platform,
            "POST",
            project + "/devices",
            "{\"devices\": [{\"name\": \"n\", \"macaddress\": \"02:00:00:00:cc:02\", \"machine_id\": \"m\"}]}"),
        withBody(
            platform,
            "POST",
            project + "/definitions",
            "{\"type\": \"t\", \"direction\": \"event\", \"keywords\": [{\"name\": \"k\", \"type\": \"FreeValue\"}]}"),
        asPerson(platform, "GET", "session", ""),
        asPerson(platform, "GET", "audit?actor=a&from=2018-07-27&to=4000000000", ""),
        asPerson(platform, "PATCH", "users/nobody", "{\"administrator\": true}"),
        asPerson(
            platform,
            "PATCH",
            project,
            "{\"license_cap\": null, \"retention_seconds\": 3600, \"tags\": [\"a\"]}"),
        asPerson(platform, "POST", "session", "{\"name\": \"nobody\", \"password\": \"guess\"}"),
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: iottly.v1\r\nAuthorization: Bearer "
            + device.token()
            + "\r\n\r\n",
        "GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /agent/iottly-agent.tar.gz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  private static String asPerson(TestPlatform platform, String method, String path, String body) {
    Person person = Person.create(platform, "--administrator");
    return method
        + " /v1.0/"
        + path
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: "
        + person.cookie()
        + "\r\nX-CSRF-Token: "
        + person.csrfToken()
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String withBody(TestPlatform platform, String method, String path, String body) {
    return RawHttp.head(
            platform,
            method,
            path,
            "Content-Type: application/json",
            "Content-Length: " + body.length(),
            "Idempotency-Key: k")
        + body;
  }
}

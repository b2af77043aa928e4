package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Endpoints that misbehave: each has its line in the log, and nothing is lost. */
class WebhookTroubleTest extends WebhookFixture {

  @Override
  Map<String, String> settings() {
    return Map.of("WEBHOOK_TIMEOUT", "1s");
  }

  /** What an endpoint does with a connection. */
  private interface Conduct {
    void with(Socket socket) throws IOException, InterruptedException;
  }

  /** Reads one request's head from each connection and does as told. */
  private static final class Raw implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Raw(Conduct conduct) throws IOException {
      var _ = threads.submit(() -> accept(conduct));
    }

    private Void accept(Conduct conduct) throws IOException {
      while (true) {
        Socket socket = server.accept();
        var _ =
            threads.submit(() -> {
              try (socket) {
                int length = socket.getInputStream().read(new byte[64 << 10]);
                assertThat(length).isPositive();
                conduct.with(socket);
              }
              return true;
            });
      }
    }

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort() + "/hook";
    }

    @Override
    public void close() throws IOException {
      server.close();
      threads.shutdownNow();
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Sends a message there, sees why it failed, and that it arrives when the URL is right. */
  private void failsWith(String problem, Conduct conduct) throws Exception {
    try (Raw raw = new Raw(conduct)) {
      failsWith(problem, raw.url());
    }
  }

  private void failsWith(String problem, String url) throws Exception {
    String hook = create(definition(url)).get("id").asText();
    Provisioned device = platform.provision("pump");
    send(device, 1, 2);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(last(hook).path("problem").asText()).contains(problem));
    ok(
        call(
            "PUT",
            "/" + hook,
            TestPlatform.JSON.createObjectNode().put("url", endpoint.url()).toString()));
    awaitNumbers(1, 2);
  }

  private JsonNode last(String hook) {
    return ok(call("GET", "/" + hook + "/deliveries?limit=1", "")).at("/deliveries/0");
  }

  @Test
  void itNeverAnswers() throws Exception {
    failsWith("no answer within 1.0 s", socket -> new Semaphore(0).acquire());
  }

  @Test
  void itAnswersByteByByteWithoutEnd() throws Exception {
    failsWith(
        "no answer within 1.0 s",
        socket -> {
          write(socket, "HTTP/1.1 200 OK\r\n");
          Semaphore never = new Semaphore(0);
          for (int n = 0; n < 100; n++) {
            write(socket, "X-" + n + ": slow\r\n");
            boolean _ = never.tryAcquire(100, TimeUnit.MILLISECONDS);
          }
        });
  }

  @Test
  void itAnswersGarbage() throws Exception {
    failsWith("can't be read as HTTP", socket -> write(socket, "hello, who is there?\r\n\r\n"));
  }

  @Test
  void itBreaksTheConnection() throws Exception {
    failsWith("the connection ended before the answer", Socket::close);
  }

  @Test
  void nobodyListens() throws Exception {
    failsWith("can't be reached", "http://127.0.0.1:1/hook");
  }

  @Test
  void itDoesNotSpeakTls() throws Exception {
    try (Raw raw = new Raw(socket -> write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"))) {
      failsWith("no TLS connection", raw.url().replace("http://", "https://"));
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (TestEndpoint target = new TestEndpoint()) {
      failsWith(
          "answered 302, a redirect",
          socket ->
              write(
                  socket,
                  "HTTP/1.1 302 Found\r\nLocation: "
                      + target.url()
                      + "\r\nContent-Length: 0\r\n\r\n"));
      assertThat(target.taken()).isEmpty();
    }
  }

  @Test
  void anAnswerThatBreaksOffBehindIts200IsAnAnswer() throws Exception {
    try (Raw raw =
        new Raw(socket -> write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthan"))) {
      String hook = create(definition(raw.url())).get("id").asText();
      send(platform.provision("pump"), 1, 1);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(last(hook).path("delivered").asBoolean()).isTrue());
      assertThat(last(hook).get("answer").asText()).isEqualTo("than");
    }
  }

  @Test
  void ofAnAnswerWithoutEndOnlyTheBeginIsRead() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
    try (Raw raw =
        new Raw(socket -> {
          write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          for (int n = 0; n < 10_000; n++) {
            write(socket, chunk);
            sent.incrementAndGet();
          }
        })) {
      String hook = create(definition(raw.url())).get("id").asText();
      send(platform.provision("pump"), 1, 1);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(last(hook).path("delivered").asBoolean()).isTrue());
      assertThat(last(hook).get("answer").asText()).isEqualTo("x".repeat(1_024));
      assertThat(sent.get()).isLessThan(10_000);
    }
  }

  @Test
  void retryAfterIsHonoured() throws Exception {
    String hook = create();
    endpoint.answers(429);
    endpoint.sends("Retry-After", "86400");
    Provisioned device = platform.provision("pump");
    send(device, 1, 1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(show(hook).get("parked_devices").intValue()).isEqualTo(1));
    endpoint.answers(200);
    Provisioned other = platform.provision("other");
    send(other, 101, 105);
    awaitNumbers(101, 102, 103, 104, 105);
    assertThat(numbers()).doesNotContain(1);
    ok(call("POST", "/" + hook + "/resume", ""));
    awaitNumbers(101, 102, 103, 104, 105, 1);
  }

  @Test
  void aTestSaysWhatTheEndpointAnswered() throws Exception {
    String hook = create();
    JsonNode fine = ok(call("POST", "/" + hook + "/test", ""));
    assertThat(fine.get("delivered").asBoolean()).isTrue();
    assertThat(endpoint.next().id()).startsWith("test_");
    endpoint.answers(503);
    JsonNode broken = ok(call("POST", "/" + hook + "/test", ""));
    assertThat(broken.get("status").intValue()).isEqualTo(503);
    assertThat(broken.get("answer").asText()).isEqualTo("thank you");
    assertThat(last(hook).get("message").asText()).startsWith("test_");
  }
}

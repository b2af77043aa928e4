package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that connect and then take their time, against limits set small. */
class StalledClientsTest {

  private static final Duration HEAD = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration REQUEST = Duration.ofSeconds(3);
  private static final long DOWNLOAD_BYTES = 64 << 20;
  private static final String PING = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static Provisioned device;

  @BeforeAll
  static void open() throws IOException {
    Path download = folder.resolve("agent.tar.gz");
    try (RandomAccessFile file = new RandomAccessFile(download.toFile(), "rw")) {
      file.setLength(DOWNLOAD_BYTES);
    }
    platform =
        TestPlatform.on(
            folder.resolve("data"),
            Map.of(
                "HTTP_HEAD_TIMEOUT", HEAD.toMillis() + "ms",
                "HTTP_IDLE_TIMEOUT", IDLE.toMillis() + "ms",
                "HTTP_REQUEST_TIMEOUT", REQUEST.toMillis() + "ms",
                "AGENT_PACKAGE", download.toString()));
    device = platform.provision("patient");
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  private static void assertEndedAfter(long startNanos, Duration limit, RawHttp http)
      throws IOException {
    assertThat(http.isEnded()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThanOrEqualTo(limit);
  }

  @Test
  void aConnectionWithoutARequestIsEnded() throws IOException {
    long start = System.nanoTime();
    try (RawHttp http = RawHttp.connect(platform)) {
      assertEndedAfter(start, HEAD, http);
    }
  }

  @Test
  void aHeadThatIsNotCompletedIsEndedAndNoByteOfItBuysMoreTime() throws Exception {
    long start = System.nanoTime();
    try (RawHttp http = RawHttp.connect(platform)) {
      Thread trickle =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  http.send("GET /health/live HTTP/1.1\r\nX: ");
                  while (!Thread.interrupted()) {
                    http.send("a");
                    Thread.sleep(50);
                  }
                } catch (IOException | InterruptedException e) {
                  // the platform, or the test, has ended it
                }
              });
      assertEndedAfter(start, HEAD, http);
      trickle.interrupt();
      trickle.join();
    }
  }

  @Test
  void aConnectionIsEndedThatStaysIdleAfterItsAnswer() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      long start = System.nanoTime();
      http.send(PING);
      assertThat(http.read().status()).isEqualTo(200);
      assertEndedAfter(start, IDLE, http);
    }
  }

  @Test
  void aConnectionThatIsUsedStays() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      long start = System.nanoTime();
      while (System.nanoTime() - start < 2 * IDLE.toNanos()) {
        http.send(PING);
        assertThat(http.read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aRequestThatWaitsForItsAnswerIsNotIdle() {
    Answer answer =
        platform.post(platform.device(device.id()) + "/command?wait=2", "{\"cmd_type\": \"echo\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("state").asText()).isEqualTo("queued");
  }

  @Test
  void aDeviceLinkStaysWhileOthersAreCut() throws Exception {
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1);
        RawHttp http = RawHttp.connect(platform)) {
      long start = System.nanoTime();
      http.send(PING);
      assertThat(http.read().status()).isEqualTo(200);
      assertEndedAfter(start, IDLE, http);
      await().until(() -> System.nanoTime() - start > REQUEST.plus(IDLE).toNanos());
      assertThat(link.untilPong()).isEmpty();
    }
  }

  @Test
  void aBodyThatNobodyReadsDoesNotKeepAConnectionOpen() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{");
      assertThat(http.read().status()).isEqualTo(200);
      assertThat(http.isEnded()).isTrue();
    }
  }

  @Test
  void aDownloadThatIsNotReadIsCut() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      long start = System.nanoTime();
      http.send("GET /agent/iottly-agent.tar.gz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Response head = http.read(true);
      assertThat(head.headers()).containsEntry("content-length", Long.toString(DOWNLOAD_BYTES));
      await().until(() -> System.nanoTime() - start > 2 * REQUEST.toNanos());
      assertThat(http.remaining()).isLessThan(DOWNLOAD_BYTES);
    }
  }
}

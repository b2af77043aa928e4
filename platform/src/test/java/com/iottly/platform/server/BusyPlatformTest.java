package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.iottly.platform.data.DataDirectory;
import com.iottly.platform.server.RawHttp.Response;
import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The API at its limits of time and of requests at once, set small. */
class BusyPlatformTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static String commands;

  @BeforeAll
  static void open() {
    platform =
        TestPlatform.on(folder, Map.of("API_BODY_TIMEOUT", "1s", "API_CONCURRENT_REQUESTS", "2"));
    Provisioned device = platform.provision("busy");
    commands = platform.device(device.id()) + "/command";
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsRefusedAndItsConnectionEnded() throws IOException {
    try (RawHttp http = RawHttp.connect(platform)) {
      http.send(
          RawHttp.head(
                  platform, "POST", commands, "Content-Type: application/json", "Content-Length: 9")
              + "{");
      Response answer = http.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().get("code").asText()).isEqualTo("body_timeout");
      assertThat(answer.json().get("error").asText()).isNotBlank();
      assertThat(http.isEnded()).isTrue();
    }
    assertThat(platform.get("project/ping").status()).isEqualTo(200);
  }

  @Test
  void slowBodiesDoNotKeepOthersOut(@TempDir Path own) throws IOException {
    try (TestPlatform patient = TestPlatform.on(own, Map.of("API_CONCURRENT_REQUESTS", "2"))) {
      String slow = patient.device(patient.provision("slow").id()) + "/command";
      try (RawHttp first = RawHttp.connect(patient);
          RawHttp second = RawHttp.connect(patient);
          RawHttp third = RawHttp.connect(patient)) {
        for (RawHttp http : new RawHttp[] {first, second, third}) {
          http.send(
              RawHttp.head(
                  patient, "POST", slow, "Content-Type: application/json", "Content-Length: 9"));
        }
        // Judging the three heads takes the two turns for a moment.
        await().atMost(PATIENCE).until(() -> patient.get("project/ping").status() == 200);
      }
    }
  }

  @Test
  void moreRequestsThanAreTakenAtOnceAre429WithRetryAfter() throws Exception {
    String database = "jdbc:sqlite:" + folder.resolve(DataDirectory.DATABASE_FILE);
    try (Connection locker = DriverManager.getConnection(database);
        Statement statement = locker.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      CompletableFuture<Answer> first = renaming("one");
      CompletableFuture<Answer> second = renaming("two");
      Answer refused =
          await()
              .atMost(PATIENCE)
              .until(() -> platform.get("project/ping"), answer -> answer.status() == 429);
      assertThat(refused.json().get("code").asText()).isEqualTo("too_many_requests");
      assertThat(refused.response().headers().firstValue("Retry-After")).contains("1");
      statement.execute("ROLLBACK");
      assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(200);
    }
    await().atMost(PATIENCE).until(() -> platform.get("project/ping").status() == 200);
  }

  @Test
  void clientsThatNeverFinishDoNotHoldUpAStop() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger("com.iottly.platform.server.Opened");
    ListAppender<ILoggingEvent> problems = new ListAppender<>();
    problems.start();
    log.addAppender(problems);
    Provisioned device = platform.provision("never closes");
    try (RawHttp nothing = RawHttp.connect(platform);
        RawHttp halfHead = RawHttp.connect(platform);
        RawHttp halfBody = RawHttp.connect(platform);
        RawHttp unanswered = RawHttp.connect(platform);
        RawWebSocket beforeHello = RawWebSocket.connect(platform, device.token())) {
      halfHead.send("GET /v1.0/project/ping HTTP/1.1\r\nHost:");
      halfBody.send(
          RawHttp.head(
              platform, "POST", commands, "Content-Type: application/json", "Content-Length: 9"));
      unanswered.send("GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
      assertThat(platform.get("project/ping").status()).isEqualTo(200);
      platform.restart();
      assertThat(nothing.isEnded()).isTrue();
      assertThat(beforeHello).isNotNull();
    } finally {
      log.detachAppender(problems);
    }
    assertThat(problems.list).isEmpty();
    assertThat(platform.get("project/ping").status()).isEqualTo(200);
  }

  /** Writes to the database, which takes as long as somebody else has it locked. */
  private static CompletableFuture<Answer> renaming(String name) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    String props = commands.replace("/command", "/props");
    Thread.ofVirtual()
        .start(() -> answer.complete(platform.put(props, "{\"name\": \"" + name + "\"}")));
    return answer;
  }
}

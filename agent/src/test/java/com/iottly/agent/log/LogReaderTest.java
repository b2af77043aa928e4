package com.iottly.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.log.Log.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {

  @TempDir Path directory;
  private Path file;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicBoolean goesOn = new AtomicBoolean(true);
  private Thread follower;

  @BeforeEach
  void name() {
    file = directory.resolve("agent.log");
  }

  @AfterEach
  void stop() throws InterruptedException {
    goesOn.set(false);
    if (follower != null) {
      follower.join();
    }
  }

  private static String line(Object text) {
    return "2026-06-01T12:00:00Z info [main] " + text;
  }

  private void write(Path path, Object text) throws IOException {
    Files.writeString(
        path, line(text) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void follow(int count) {
    LogReader reader = new LogReader(file, Level.DEBUG);
    follower =
        Thread.ofPlatform()
            .start(() -> {
              try {
                reader.follow(count, seen::add, goesOn::get);
              } catch (IOException | InterruptedException e) {
                seen.add(e.toString());
              }
            });
  }

  private void awaitSeen(Object... texts) {
    List<String> lines = Arrays.stream(texts).map(LogReaderTest::line).toList();
    await().untilAsserted(() -> assertThat(seen).isEqualTo(lines));
  }

  @Test
  void aFollowerMissesNothingWhileTheLogRotates() {
    follow(100);
    RotatingFile log = new RotatingFile(file, 300, 4);
    List<String> lines = IntStream.range(0, 24).mapToObj(LogReaderTest::line).toList();
    for (int from = 0; from < lines.size(); from += 4) {
      List<String> some = lines.subList(from, from + 4);
      some.forEach(each -> assertThat(log.append(List.of(each))).isTrue());
      await().until(() -> seen.containsAll(some));
    }
    assertThat(seen).isEqualTo(lines);
    assertThat(RotatingFile.numbered(file, 2)).exists();
    log.close();
  }

  @Test
  void aFollowerWaitsForAFileThatIsNotThereAndReadsOneThatWasEmptiedAnew() throws Exception {
    follow(10);
    write(file, "a longer line");
    awaitSeen("a longer line");
    Files.writeString(file, "");
    write(file, "short");
    awaitSeen("a longer line", "short");
  }

  @Test
  void aFollowerStartsWithTheLastLines() throws Exception {
    write(RotatingFile.numbered(file, 1), 1);
    write(file, 2);
    follow(2);
    awaitSeen(1, 2);
    write(file, 3);
    awaitSeen(1, 2, 3);
  }

  @Test
  void linesWithoutALevelAreShownAtEveryLevel() throws Exception {
    Files.writeString(file, "Exception in thread main\n" + line("quiet") + "\nhalf a line");
    assertThat(new LogReader(file, Level.ERROR).last(10))
        .containsExactly("Exception in thread main");
  }

  @Test
  void withoutAnyFileThereAreNoLines() throws Exception {
    assertThat(new LogReader(file, Level.DEBUG).last(10)).isEmpty();
  }
}

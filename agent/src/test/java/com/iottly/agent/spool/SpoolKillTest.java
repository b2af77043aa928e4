package com.iottly.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.agent.Fixtures;
import com.iottly.agent.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolKillTest {

  @TempDir Path directory;

  @Test
  void whatWasReportedStoredIsThereAfterKill9() throws Exception {
    Random random = Seed.random(getClass());
    Map<Long, Long> reported = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      killAfter(1 + random.nextInt(400), random.nextLong(), reported);
      try (Spool spool =
          Spool.open(
              SpoolSettings.of(directory, 64 << 20, Duration.ofDays(30)),
              Fixtures.clock(),
              random,
              Fixtures.quiet())) {
        reported.forEach((sequence, id) -> assertThat(idAt(spool, sequence)).isEqualTo(id));
        assertThat(spool.status().last()).isGreaterThanOrEqualTo(reported.size());
      }
    }
  }

  private void killAfter(int lines, long seed, Map<Long, Long> reported)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AppendForever.class.getName(),
                directory.toString(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output = process.inputReader()) {
      for (int i = 0; ; i++) {
        if (i == lines) {
          process.toHandle().destroyForcibly();
        }
        String line = output.readLine();
        if (line == null) {
          break;
        }
        if (line.matches("\\d+ -?\\d+ \\.")) {
          String[] fields = line.split(" ");
          reported.put(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
        }
      }
    }
    process.waitFor();
    assertThat(reported).hasSizeGreaterThanOrEqualTo(lines);
  }

  private static long idAt(Spool spool, long sequence) {
    Chunk.Messages found = (Chunk.Messages) spool.read(sequence, 1, 1).join();
    String payload = found.messages().getFirst().payload().toString();
    return Long.parseLong(payload.substring("{\"id\":".length(), payload.indexOf(',')));
  }
}

package com.iottly.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StartPagesTest {

  /** The JVM's own code, as its file has it. */
  private static long codeOfTheJvm() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.endsWith("/libjvm.so") && line.contains(" r-xp "))
          .map(line -> line.split("[- ]"))
          .mapToLong(fields -> Long.parseLong(fields[1], 16) - Long.parseLong(fields[0], 16))
          .sum();
    }
  }

  @Test
  void theJvmGoesOnWithoutThePagesThatItLetGo() throws Exception {
    assertThat(StartPages.release()).isGreaterThanOrEqualTo(codeOfTheJvm()).isPositive();
    System.gc();
    assertThat(StartPages.release()).isPositive();
  }
}

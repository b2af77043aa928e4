package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices written from docs/protocol.md alone, in another language, against the platform. */
class PythonDeviceConformanceTest {

  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path folder;

  @Test
  void thePlatformSpeaksTheProtocolAsADeviceInPythonReadsIt() throws Exception {
    Path output = folder.resolve("output.txt");
    try (TestPlatform platform = TestPlatform.on(folder.resolve("data"))) {
      ProcessBuilder suite =
          new ProcessBuilder("python3", "-B", "conformance.py", "-v")
              .directory(repository().resolve("examples/python-device").toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      suite.environment().put("IOTTLY_URL", platform.url());
      suite.environment().put("IOTTLY_PROJECT_ID", platform.project());
      suite.environment().put("IOTTLY_API_KEY", platform.key());
      Process process = suite.start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      String said = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended).as("it ends in time; it said:%n%s", said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
    }
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("examples"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}

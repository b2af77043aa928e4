package com.iottly.agent.spool;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.agent.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceSpoolsTest {

  private static final String ONE = "11111111-1111-4111-8111-111111111111";
  private static final String TWO = "22222222-2222-4222-8222-222222222222";
  private static final Duration MAX_AGE = Duration.ofDays(30);

  @TempDir Path root;

  private Path spoolOf(String device) throws Exception {
    return new DeviceSpools(root, MAX_AGE, Fixtures.clock(), Fixtures.quiet())
        .of(Optional.of(device));
  }

  private Path leave(String device, Instant newest) throws Exception {
    Path spool = Files.createDirectories(root.resolve(device));
    Path segment = Files.writeString(spool.resolve("messages-1.seg"), "x");
    Files.setLastModifiedTime(segment, FileTime.from(newest));
    return spool;
  }

  @Test
  void eachDeviceHasItsOwnAndATokenThatDoesNotSayWhoseItIsHasOneToo() throws Exception {
    assertThat(spoolOf(ONE)).isEqualTo(root.resolve(ONE));
    assertThat(spoolOf(TWO)).isEqualTo(root.resolve(TWO));
    assertThat(
            new DeviceSpools(root, MAX_AGE, Fixtures.clock(), Fixtures.quiet())
                .of(Optional.empty()))
        .isEqualTo(root.resolve("device"));
  }

  @Test
  void whatAnotherDeviceLeftIsKeptUpToTheAgeLimit() throws Exception {
    Path kept = leave(ONE, Fixtures.NOW.minus(MAX_AGE).plusSeconds(1));
    assertThat(spoolOf(TWO)).isNotEqualTo(kept);
    assertThat(kept.resolve("messages-1.seg")).exists();

    leave(ONE, Fixtures.NOW.minus(MAX_AGE).minusSeconds(1));
    assertThat(spoolOf(TWO)).isNotEqualTo(kept);
    assertThat(kept).doesNotExist();
  }

  @Test
  void theDevicesOwnSpoolAndOneInUseAreNeverRemoved() throws Exception {
    Path own = leave(ONE, Instant.EPOCH);
    assertThat(spoolOf(ONE)).isEqualTo(own);
    assertThat(own.resolve("messages-1.seg")).exists();

    var settings = SpoolSettings.of(root.resolve(TWO), 1 << 20, MAX_AGE);
    try (Spool _ = Spool.open(settings, Fixtures.clock(), new Random(1), Fixtures.quiet())) {
      leave(TWO, Instant.EPOCH);
      assertThat(spoolOf(ONE)).isEqualTo(own);
      assertThat(root.resolve(TWO).resolve("messages-1.seg")).exists();
    }
  }

  @Test
  void otherDirectoriesAreNobodysSpool() throws Exception {
    Path stranger = Files.createDirectories(root.resolve("lost+found"));
    assertThat(spoolOf(ONE)).isEqualTo(root.resolve(ONE));
    assertThat(stranger).isEmptyDirectory();
  }
}

package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.FleetFixture.done;
import static com.iottly.platform.fleet.FleetFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.PairCodes.Redemption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairCodesTest {

  @TempDir Path folder;
  private FleetFixture fixture;
  private Project project;

  @BeforeEach
  void open() {
    fixture = new FleetFixture(folder, FleetFixture.SMALL);
    project = fixture.project();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private PairCodes codes() {
    return fixture.fleet.pairCodes();
  }

  private PairCode issued() {
    return done(codes().issue(project.id(), "boiler"));
  }

  @Test
  void aCodeIsGoodOnceAlsoAfterReopening() {
    String code = issued().code();
    fixture.reopen();
    assertThat(codes().redeem(code)).isEqualTo(new Redemption.Redeemed(project.id(), "boiler"));
    fixture.reopen();
    assertThat(codes().redeem(code)).isEqualTo(new Redemption.Used());
  }

  @Test
  void aCodeIsGoodUntilTheLastMillisecondOfItsHour() {
    PairCode first = issued();
    PairCode second = issued();
    assertThat(first.expires()).isEqualTo(fixture.clock.instant().plus(Duration.ofHours(1)));
    fixture.clock.advance(Duration.ofHours(1).minusMillis(1));
    assertThat(codes().redeem(first.code())).isInstanceOf(Redemption.Redeemed.class);
    fixture.clock.advance(Duration.ofMillis(1));
    assertThat(codes().redeem(second.code())).isEqualTo(new Redemption.Expired());
    assertThat(codes().redeem(first.code())).isEqualTo(new Redemption.Used());
  }

  @Test
  void aCodeIsForgottenAWeekAfterItsEnd() {
    String code = issued().code();
    fixture.clock.advance(Duration.ofHours(1).plus(PairCodes.REMEMBERED));
    issued();
    assertThat(codes().redeem(code)).isEqualTo(new Redemption.Expired());
    fixture.clock.advance(Duration.ofMillis(1));
    issued();
    assertThat(codes().redeem(code)).isEqualTo(new Redemption.Unknown());
  }

  @Test
  void textThatIsNoCodeIsUnknown() {
    for (String text : List.of("", "ipc_", issued().code().toUpperCase(java.util.Locale.ROOT))) {
      assertThat(codes().redeem(text)).isEqualTo(new Redemption.Unknown());
    }
  }

  @Test
  void aProjectHasSoManyOpenCodesAndNoMore() {
    String first = issued().code();
    issued();
    assertThat(problem(codes().issue(project.id(), "x"))).contains("2 open pair codes");
    codes().redeem(first);
    issued();
    assertThat(problem(codes().issue(project.id(), "x"))).contains("2 open pair codes");
    fixture.clock.advance(Duration.ofHours(1));
    issued();
  }

  @Test
  void aBadNameOrProjectGetsNoCode() {
    assertThat(problem(codes().issue(project.id(), ""))).contains("the device's name is empty");
    assertThat(codes().issue(new ProjectId("0".repeat(24)), "x")).isEqualTo(new Saved.Missing<>());
  }

  @Test
  void aCodeIsPlainInShellAndJsonAndNeverStoredNorPrinted() throws IOException {
    PairCode issued = issued();
    assertThat(issued.code()).matches("ipc_[A-Za-z0-9_-]{27}");
    assertThat(issued.toString()).doesNotContain(issued.code());
    for (Path file : List.of(folder.resolve("iottly.db"), folder.resolve("iottly.db-wal"))) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .doesNotContain(issued.code());
    }
  }
}

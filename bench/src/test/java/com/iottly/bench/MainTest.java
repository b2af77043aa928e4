package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "latency", "idle", "commands", "remote", "history", "start"})
  void everyBenchExplainsItself(String bench) {
    assertThat(line.execute(bench, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: bench " + bench).contains("--write-docs");
  }

  @ParameterizedTest
  @CsvSource({
    "ingest,--connections,20001",
    "ingest,--batch,33",
    "ingest,--size,47",
    "latency,--rate,0",
    "idle,--heartbeat,3601",
    "commands,--devices,1001",
    "remote,--keystrokes,0",
    "history,--large,9999",
    "start,--runs,101"
  })
  void aValueOutOfBoundsIsRefusedByName(String bench, String option, String value) {
    assertThat(line.execute(bench, option, value)).isEqualTo(2);
    assertThat(err.toString()).contains(option + " is ").contains("allowed are");
  }

  @Test
  void withoutABenchTheUsageIsShown() {
    assertThat(line.execute()).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required subcommand");
  }
}

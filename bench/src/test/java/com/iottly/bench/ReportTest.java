package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static final Table TABLE =
      new Table(
          "Fruit",
          List.of("kind", "per s", "remark"),
          List.of(
              List.of(Table.Cell.of("apple"), Table.Cell.of(123456.7, 0), Table.Cell.empty()),
              List.of(Table.Cell.of("fig"), Table.Cell.of(1.25, 2), Table.Cell.of("ripe"))));
  private static final Machine MACHINE = new Machine(2, "CPU", 24_000_000_000L, "Linux", "JDK 25");
  private static final Report REPORT =
      new Report(
          "fruit", "Fruit", "How much.", "./iottly bench fruit", List.of(TABLE), List.of("Note."));

  @Test
  void onATerminalNumbersAreRightAlignedUnderTheirHeadings() {
    assertThat(TABLE.plain())
        .isEqualTo(
            """
            Fruit

            kind     per s  remark
            -----  -------  ------
            apple  123,457
            fig       1.25  ripe
            """);
  }

  @Test
  void onAPageTheTableIsMarkdown() {
    assertThat(TABLE.markdown())
        .isEqualTo(
            """
            **Fruit**

            | kind  |   per s | remark |
            | ----- | ------: | ------ |
            | apple | 123,457 |        |
            | fig   |    1.25 | ripe   |
            """);
  }

  @Test
  void aSectionSaysMachineDateAndHowToRepeatIt() {
    assertThat(REPORT.markdown(MACHINE, Instant.parse("2026-05-04T10:00:00Z")))
        .startsWith("## Fruit\n\nHow much.\n\n**Fruit**\n")
        .contains("- Note.\n")
        .contains("Measured on 2026-05-04: 2 cores of CPU")
        .contains("24 GB memory; Linux; JDK 25")
        .endsWith("```\n./iottly bench fruit\n```\n");
  }

  @Test
  void jsonKeepsNumbersAsNumbersAndDoesNotRoundThem() {
    var rows = REPORT.json(MACHINE, Instant.EPOCH).path("tables").path(0).path("rows");
    assertThat(rows.path(0).path("per s").doubleValue()).isEqualTo(123456.7);
    assertThat(rows.path(0).path("remark").isNull()).isTrue();
    assertThat(rows.path(1).path("remark").textValue()).isEqualTo("ripe");
  }

  @Test
  void aKernelIsNamedByItsReleaseOnly() {
    assertThat(Machine.release("6.1.0-18-amd64")).isEqualTo("6.1");
    assertThat(Machine.release("6")).isEqualTo("6");
  }

  @Test
  void aRowWithoutEnoughCellsIsRefused() {
    assertThatThrownBy(
            () -> new Table("T", List.of("a", "b"), List.of(List.of(Table.Cell.of("x")))))
        .hasMessageContaining("1 cells under 2 headings");
  }

  @Test
  void percentilesComeBackToThreeDigits() {
    Latencies latencies = new Latencies();
    for (int i = 1; i <= 1000; i++) {
      latencies.record(i * 1_000_000L);
    }
    assertThat(latencies.count()).isEqualTo(1000);
    assertThat(latencies.millis(50)).isBetween(499.0, 501.0);
    assertThat(latencies.millis(99)).isBetween(989.0, 991.0);
    assertThat(latencies.maxMillis()).isBetween(999.0, 1001.0);
  }

  @Test
  void aLatencyBeyondTheHistogramCountsAsItsEnd() {
    Latencies latencies = new Latencies();
    latencies.record(Long.MAX_VALUE);
    latencies.record(-1);
    assertThat(latencies.count()).isEqualTo(2);
    assertThat(latencies.maxMillis()).isBetween(599_000.0, 601_000.0);
  }
}

package com.iottly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformanceDocsTest {

  @TempDir Path directory;

  @Test
  void aNewPageGetsAHeadAndTheSection() throws IOException {
    Path page = directory.resolve("docs/performance.md");
    PerformanceDocs.write(page, "start", "## Start\n\nfast\n");
    assertThat(Files.readString(page))
        .startsWith("# Performance\n")
        .endsWith("<!-- bench start -->\n\n## Start\n\nfast\n\n<!-- end of bench start -->\n");
  }

  @Test
  void aSectionIsReplacedInItsPlaceAndAllElseStays() {
    String page = "# Mine\n";
    page = PerformanceDocs.merge(page, "a", "first");
    page += "\nA remark by hand.\n";
    page = PerformanceDocs.merge(page, "b", "second");
    String merged = PerformanceDocs.merge(page, "a", "better\n\n");
    assertThat(merged).isEqualTo(page.replace("first", "better"));
    assertThat(PerformanceDocs.merge(merged, "a", "better")).isEqualTo(merged);
  }

  @Test
  void aSectionWithDollarsAndBackslashesIsTakenLiterally() {
    String page = PerformanceDocs.merge("", "a", "one");
    assertThat(PerformanceDocs.merge(page, "a", "$1 \\ $0")).contains("$1 \\ $0");
  }

  @Test
  void aLostMarkerIsSaidInsteadOfEatingThePage() {
    String page = PerformanceDocs.merge("", "a", "one").replace("<!-- end of bench a -->\n", "");
    assertThatThrownBy(() -> PerformanceDocs.merge(page, "a", "two"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("bench a");
  }
}

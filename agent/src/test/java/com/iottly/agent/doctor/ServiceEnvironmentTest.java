package com.iottly.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.agent.doctor.Finding.Verdict;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shell exports never reaches a service: the doctor says so. */
class ServiceEnvironmentTest {

  private static final URI ENDPOINT = URI.create("wss://iot.example/ws");
  private static final Map<String, String> SHELL =
      Map.of("HTTPS_PROXY", "http://jo:s3cret@proxy.internal:3128");

  @TempDir Path directory;
  private Path file;
  private Path unit;
  private ServiceEnvironment service;

  @BeforeEach
  void install() throws Exception {
    file = directory.resolve("default");
    unit = Files.writeString(directory.resolve("iottly-agent.service"), "[Service]\n");
    service = new ServiceEnvironment(file, List.of(unit));
  }

  private Finding examine(Map<String, String> shell) {
    return service.examine(ENDPOINT, shell, OptionalLong.empty());
  }

  @Test
  void anExportedProxyThatTheServicesFileLacksIsFound() {
    Finding found = examine(SHELL);
    assertThat(found.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(found.said())
        .isEqualTo(
            "the service goes without a proxy, this shell by the proxy http://proxy.internal:3128");
    assertThat(found.fix()).contains(file.toString(), "systemctl restart iottly-agent");
    assertThat(found.toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTPS_PROXY=http://proxy.internal:3128",
        "# proxy\n\nHTTPS_PROXY=\"http://proxy.internal:3128\"\n",
        "https_proxy='http://jo:other@proxy.internal:3128'",
      })
  void theSameProxyInTheFileIsFine(String text) throws Exception {
    Files.writeString(file, text);
    assertThat(examine(SHELL).verdict()).isEqualTo(Verdict.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#HTTPS_PROXY=http://proxy.internal:3128",
        "export HTTPS_PROXY=http://proxy.internal:3128",
        "HTTPS_PROXY=http://proxy.internal:3129",
        "HTTPS_PROXY=http://proxy.internal:3128\nNO_PROXY=iot.example",
        "HTTPS_PROXY=socks5://proxy.internal:3128",
      })
  void whatSystemdReadsOtherwiseIsNotTheSame(String text) throws Exception {
    Files.writeString(file, text);
    assertThat(examine(SHELL).verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void aProxyThatOnlyTheServiceHasIsFoundToo() throws Exception {
    Files.writeString(file, "HTTPS_PROXY=http://proxy.internal:3128\n");
    assertThat(examine(Map.of()).verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void withoutAServiceThereIsNothingToCompare() throws Exception {
    Files.delete(unit);
    assertThat(examine(SHELL).verdict()).isEqualTo(Verdict.SKIPPED);
  }

  @Test
  void aRunningAgentsOwnEnvironmentCountsBeforeTheFile() throws Exception {
    Files.writeString(file, "HTTPS_PROXY=http://proxy.internal:3128\n");
    ProcessBuilder sleeper = new ProcessBuilder("sleep", "60");
    sleeper.environment().clear();
    Process agent = sleeper.start();
    try {
      Finding found = service.examine(ENDPOINT, SHELL, OptionalLong.of(agent.pid()));
      assertThat(found.said()).startsWith("the running agent goes without a proxy");
    } finally {
      agent.destroyForcibly().waitFor();
    }
  }
}

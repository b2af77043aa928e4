package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {

  @TempDir Path folder;

  @Test
  void withoutFileAndEnvironmentEverythingHasItsDocumentedDefault() throws IOException {
    ServerConfig config = ServerConfig.read(Optional.empty(), Map.of());
    assertThat(config.data()).isEqualTo(Path.of("/var/lib/iottly"));
    assertThat(config.port()).isEqualTo(8080);
    assertThat(config.tls()).isEmpty();
    assertThat(config.gateway().windowMessages()).isEqualTo(4096);
    assertThat(config.commands().defaultTtl()).isEqualTo(Duration.ofHours(24));
  }

  @Test
  void theEnvironmentWinsOverTheFile() throws IOException {
    Path file = write("[server]\nport = 9000\nhost = \"::1\"\n");
    ServerConfig config =
        ServerConfig.read(
            Optional.of(file),
            Map.of("IOTTLY_SERVER_SERVER_PORT", "9001", "IOTTLY_SERVER_COMMAND_MAX_WAIT", "30s"));
    assertThat(config.port()).isEqualTo(9001);
    assertThat(config.host()).isEqualTo("::1");
    assertThat(config.commands().maxWait()).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[server]\\nport = 70000 | server.port | from 0 to 65535",
        "[server]\\nport = \"x\" | server.port | whole number",
        "[command]\\nmax_wait = \"1y\" | command.max_wait | a time like",
        "[command]\\nmax_wait = \"0s\" | command.max_wait | from 1s",
        "[tls]\\ncertificate = \"a.pem\" | tls.key | go together",
        "[server]\\npublic_url = \"iot.example.com\" | server.public_url | https://",
        "[server]\\nprot = 1 | server.prot | unknown",
        "[sevrer]\\nport = 1 | sevrer.port | unknown",
      })
  void aBadValueIsRefusedWithKeyAndWhatIsAllowed(String toml, String key, String allowed)
      throws IOException {
    Path file = write(toml.translateEscapes());
    assertThatThrownBy(() -> ServerConfig.read(Optional.of(file), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(allowed);
  }

  @Test
  void aFileThatIsNotTomlIsRefusedWithItsLine() throws IOException {
    Path file = write("[server]\nport = = 1\n");
    assertThatThrownBy(() -> ServerConfig.read(Optional.of(file), Map.of()))
        .hasMessageContaining("line 2");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("none.toml");
    assertThatThrownBy(() -> ServerConfig.read(Optional.of(missing), Map.of()))
        .hasMessageContaining(missing.toString());
  }

  private Path write(String toml) throws IOException {
    return Files.writeString(folder.resolve("server.toml"), toml);
  }

  @Test
  void everyKeyOfASectionWithLimitsStandsInTheDocsAndNoOther() throws IOException {
    String page = Files.readString(Path.of("../docs/limits.md"));
    Path file = write("[nothing]\nx = 1\n");
    String[] known = new String[1];
    assertThatThrownBy(() -> ServerConfig.read(Optional.of(file), Map.of()))
        .satisfies(refusal -> known[0] = refusal.getMessage().replaceFirst(".*Known are: ", ""));
    var keys =
        Arrays.stream(known[0].substring(0, known[0].length() - 1).split(", "))
            .filter(key -> !key.startsWith("server.") && !key.startsWith("tls."))
            .filter(key -> !key.startsWith("agent."))
            .filter(key -> !key.startsWith("webhook.allow") && !key.equals("webhook.ca_bundle"))
            .toList();
    assertThat(keys)
        .hasSizeGreaterThan(30)
        .allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
    Matcher documented =
        Pattern.compile(
                "`((?:device|api|command|query|journal|project|http|session|audit|webhook|stream|remote)\\.[a-z_]+)`")
            .matcher(page);
    assertThat(documented.results().map(match -> match.group(1)).distinct())
        .containsExactlyInAnyOrderElementsOf(keys);
  }
}

package com.iottly.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.agent.Seed;
import com.iottly.agent.log.Log;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {

  /** The sample of the public documentation, to the letter. */
  static final String SEED =
      """
      [agent]
      # Unique device token (set by `iottly-agent provision`)
      token = eyJhbGciOiJSUzI1NiJ9...
      # Log level: debug | info | warn | error (default: info)
      log_level = info
      # Path to the local log file (default: /var/log/iottly/agent.log)
      log_file = /var/log/iottly/agent.log
      [connection]
      # Iottly platform endpoint (do not change unless self-hosting)
      endpoint = wss://agent.cloud.iottly.com/ws
      # Reconnect interval in seconds (default: 5)
      reconnect_interval = 5
      # Maximum reconnect interval after exponential back-off (default: 120)
      reconnect_max = 120
      # Heartbeat interval in seconds (default: 30)
      heartbeat_interval = 30
      [telemetry]
      # Enable the built-in telemetry publisher (default: true)
      enabled = true
      # Buffer size for telemetry frames before they are flushed (default: 100)
      buffer_size = 100
      # Flush interval in milliseconds (default: 1000)
      flush_interval_ms = 1000
      [security]
      # Path to the CA bundle used to verify the platform TLS certificate
      # Leave empty to use the system store
      ca_bundle =
      # Minimum TLS version: tls1.2 | tls1.3 (default: tls1.2)
      min_tls_version = tls1.2
      """;

  private static Settings settings(String text) {
    return settings(text, Map.of());
  }

  private static Settings settings(String text, Map<String, String> environment) {
    return Settings.of(ConfigFile.of("agent.conf", text), environment);
  }

  @Test
  void theDocumentedFileIsTheDefaults() {
    AgentConfig documented = settings(SEED).check();
    AgentConfig defaults = settings("").check();
    assertThat(documented.agent().token()).isEqualTo("eyJhbGciOiJSUzI1NiJ9...");
    assertThat(documented.connection()).isEqualTo(defaults.connection());
    assertThat(documented.telemetry()).isEqualTo(defaults.telemetry());
    assertThat(documented.security()).isEqualTo(defaults.security());
    assertThat(defaults.agent().token()).isEmpty();
    assertThat(defaults.agent().logLevel()).isEqualTo(Log.Level.INFO);
    assertThat(defaults.agent().logFile()).isEqualTo(Path.of("/var/log/iottly/agent.log"));
    assertThat(defaults.connection().endpoint())
        .isEqualTo(URI.create("wss://agent.cloud.iottly.com/ws"));
    assertThat(defaults.connection().reconnectInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(defaults.connection().reconnectMax()).isEqualTo(Duration.ofSeconds(120));
    assertThat(defaults.connection().heartbeat()).isEqualTo(Duration.ofSeconds(30));
    assertThat(defaults.telemetry())
        .isEqualTo(
            new AgentConfig.Telemetry(true, Duration.ofSeconds(60), 100, Duration.ofSeconds(1)));
    assertThat(defaults.spool())
        .isEqualTo(
            new AgentConfig.Spool(
                Path.of("/var/lib/iottly/spool"), 64L << 20, Duration.ofDays(30)));
    assertThat(settings(SEED).warnings()).isEmpty();
    assertThat(documented.agent().tokenFinding())
        .hasValueSatisfying(
            finding -> assertThat(finding).contains("placeholder", "iottly-agent provision"));
  }

  @Test
  void theManualListsEveryKeyWithItsDefaultAndWhenAChangeCounts() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/agent.md")).stream()
            .filter(line -> line.startsWith("| `["))
            .toList();
    assertThat(rows).hasSize(Key.values().length);
    for (Key key : Key.values()) {
      String value = key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`";
      String effect =
          switch (key.effect()) {
            case AT_ONCE -> "at once";
            case NEXT_CONNECTION -> "next connection";
            case RESTART -> "restart";
          };
      assertThat(rows)
          .anySatisfy(row -> {
            List<String> cells = Arrays.stream(row.split("\\|")).map(String::strip).toList();
            assertThat(cells.get(1)).isEqualTo("`" + key + "`");
            assertThat(cells.get(2)).isEqualTo(value);
            assertThat(cells.get(4)).isEqualTo(effect);
          });
    }
  }

  @Test
  void theSampleHasEveryKeyWithItsDefaultAndNoWarning() {
    Settings sample = Settings.of(ConfigFile.sample(), Map.of());
    assertThat(sample.check()).isEqualTo(settings("").check());
    assertThat(sample.warnings()).isEmpty();
    assertThat(sample.all())
        .allSatisfy(setting -> assertThat(setting.origin()).startsWith("agent.conf, line "));
  }

  @Test
  void theSampleHasTheCommentsOfTheDocumentation() {
    List<String> comments =
        SEED.lines().filter(line -> line.startsWith("#") && !line.contains("endpoint")).toList();
    assertThat(ConfigFile.sample().text().lines().toList()).containsSubsequence(comments);
  }

  @ParameterizedTest
  @EnumSource(Key.class)
  void everyKeyIsOverriddenByItsVariable(Key key) {
    String value = "x" + key.ordinal();
    String text = "[" + key.section() + "]\n" + key.key() + " = of the file\n";
    Settings settings = settings(text, Map.of(key.variable(), " " + value + " "));
    assertThat(key.variable())
        .isEqualTo("IOTTLY_" + (key.section() + "_" + key.key()).toUpperCase(Locale.ROOT));
    assertThat(settings.warnings()).isEmpty();
    assertThat(settings.all())
        .filteredOn(setting -> setting.key() == key)
        .containsExactly(new Settings.Setting(key, value, "environment " + key.variable()));
    assertThat(settings("").all())
        .filteredOn(setting -> setting.key() == key)
        .containsExactly(new Settings.Setting(key, key.defaultValue(), "default"));
  }

  @Test
  void anEmptyVariableIsAValueToo() {
    assertThat(
            settings("[agent]\ntoken = abc\n", Map.of("IOTTLY_AGENT_TOKEN", ""))
                .check()
                .agent()
                .token())
        .isEmpty();
  }

  @Test
  void lineEndsAByteOrderMarkSpacesAndBothCommentsAreUnderstood() {
    AgentConfig config =
        settings(
                "\ufeff; a comment\r\n  [agent]  \r\n\t# another\r\n  log_level\t=  warn  \r\n"
                    + "[ spool ]\r\nmax_mb=8\r\n")
            .check();
    assertThat(config.agent().logLevel()).isEqualTo(Log.Level.WARN);
    assertThat(config.spool().maxBytes()).isEqualTo(8L << 20);
  }

  @Test
  void anEmptyValueIsAValueAndNotTheDefault() {
    assertThat(settings("[security]\nca_bundle =\n").check().security().caBundle()).isEmpty();
    assertThatThrownBy(() -> settings("[agent]\nlog_level =\n").check())
        .hasMessage(
            "agent.conf, line 2: [agent] log_level is ''; allowed: debug, info, warn, error");
  }

  @Test
  void theLastOfSeveralLinesCountsAndSectionsMayComeAgain() {
    Settings settings = settings("[agent]\nlog_level = info\n[spool]\n[agent]\nlog_level = warn\n");
    assertThat(settings.check().agent().logLevel()).isEqualTo(Log.Level.WARN);
    assertThat(settings.warnings())
        .containsExactly(
            "agent.conf, line 5: [agent] log_level was set before, by agent.conf, line 2; the last"
                + " one counts");
  }

  @Test
  void aCommentBehindAValueIsPartOfItAndSaidSo() {
    Settings settings = settings("[agent]\nlog_file = /var/log/x # not here\n");
    assertThat(settings.check().agent().logFile()).isEqualTo(Path.of("/var/log/x # not here"));
    assertThat(settings.warnings().toString())
        .contains("line 2", "a comment needs a line of its own");
  }

  @Test
  void anUnknownSectionIsOneWarningWithTheNearestKnownOne() {
    assertThat(settings("[Conection]\nendpoint = x\nreconnect_max = y\n").warnings())
        .containsExactly(
            "agent.conf, line 1: the section [Conection] is unknown and is ignored with all its"
                + " keys; did you mean [connection]?");
  }

  @Test
  void aTokenInQuotesIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> settings("[agent]\ntoken = \"abc.def\"\n").check())
        .hasMessageContaining("line 2: [agent] token", "without quotes")
        .hasMessageNotContaining("abc");
  }

  @Test
  void whichMachineATokenWasGivenToIsReadBack() {
    String form = "02:42:ac:11:00:02 0123456789abcdef0123456789abcdef";
    assertThat(settings("[agent]\nmachine = " + form + "\n").check().agent().machine())
        .hasValueSatisfying(machine -> assertThat(machine).hasToString(form));
    assertThat(settings("").check().agent().machine()).isEmpty();
    assertThatThrownBy(() -> settings("[agent]\nmachine = mine\n").check())
        .hasMessageContaining("[agent] machine is 'mine'; allowed: what `iottly-agent provision`");
  }

  @Test
  void theEnvironmentWinsOverTheFile() {
    Settings settings =
        settings(
            "[agent]\nlog_level = warn\n",
            Map.of("IOTTLY_AGENT_LOG_LEVEL", "debug", "IOTTLY_TELEMETRY_FLUSH_INTERVAL_MS", "500"));
    AgentConfig config = settings.check();
    assertThat(config.agent().logLevel()).isEqualTo(Log.Level.DEBUG);
    assertThat(config.telemetry().flushInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(settings.all())
        .anySatisfy(setting -> {
          assertThat(setting).hasToString("[agent] log_level = debug");
          assertThat(setting.origin()).isEqualTo("environment IOTTLY_AGENT_LOG_LEVEL");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agent|log_level|loud|debug, info, warn, error",
        "agent|log_file|agent.log|absolute path",
        "connection|endpoint|https://x/ws|WebSocket address",
        "connection|endpoint|wss://|WebSocket address",
        "connection|reconnect_interval|0|1 to 3600",
        "connection|reconnect_interval|5s|1 to 3600",
        "connection|reconnect_max|2|at least reconnect_interval, 5",
        "connection|heartbeat_interval|3601|1 to 3600",
        "telemetry|enabled|yes|true or false",
        "telemetry|buffer_size|0|1 to 65535",
        "telemetry|flush_interval_ms|-1|0 to 3600000",
        "security|min_tls_version|tls1.1|tls1.2, tls1.3",
        "spool|max_mb|0|1 to 1048576",
        "spool|max_age_days|0|1 to 3650",
        "remote|enabled|on|true or false",
        "remote|shell|1|true or false",
        "remote|log_files|app.log|absolute paths",
        "remote|log_files|/var/log/../x|absolute paths",
        "remote|log_units|a b|unit names",
        "remote|files_read|/srv, data|absolute paths",
        "remote|tunnel_targets|localhost|host:port",
        "remote|tunnel_targets|localhost:0|host:port",
      })
  void aBadValueNamesFileLineKeyValueAndWhatIsAllowed(
      String section, String key, String value, String allowed) {
    String text = "# comment\n[" + section + "]\n" + key + " = " + value + "\n";
    assertThatThrownBy(() -> settings(text).check())
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "agent.conf, line 3: [%s] %s is '%s'; allowed: ".formatted(section, key, value))
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "connection, reconnect_interval, 1, 3600",
    "connection, reconnect_max, 5, 86400",
    "connection, heartbeat_interval, 1, 3600",
    "telemetry, interval, 1, 86400",
    "telemetry, buffer_size, 1, 65535",
    "telemetry, flush_interval_ms, 0, 3600000",
    "spool, max_mb, 1, 1048576",
    "spool, max_age_days, 1, 3650",
    "remote, max_channels, 1, 256",
    "remote, log_lines_per_second, 1, 100000",
    "remote, log_sessions, 1, 64",
    "remote, shell_sessions, 1, 64",
    "remote, shell_idle, 1, 86400",
    "remote, shell_max, 1, 604800",
    "remote, shell_grace, 0, 3600",
    "remote, shell_buffer_kb, 64, 4096",
    "remote, files_max_mb, 1, 1048576",
    "remote, files_sessions, 1, 64",
    "remote, tunnel_idle, 1, 86400",
    "remote, tunnel_sessions, 1, 256",
  })
  void aNumberMayBeAtItsEdgesAndNotBeyond(String section, String key, long least, long most) {
    for (long number : new long[] {least, most}) {
      assertThat(withNumber(section, key, number).check()).isNotNull();
    }
    for (long number : new long[] {least - 1, most + 1}) {
      assertThatThrownBy(() -> withNumber(section, key, number).check())
          .hasMessageContaining("[%s] %s is '%d'".formatted(section, key, number));
    }
  }

  private static Settings withNumber(String section, String key, long number) {
    String longest = key.equals("reconnect_max") ? "" : "[connection]\nreconnect_max = 86400\n";
    return settings("%s[%s]\n%s = %d\n".formatted(longest, section, key, number));
  }

  @Test
  void nothingButTheAgentsOwnLogMayBeSeenUnlessTheConfigurationSaysSo() {
    RemoteConfig remote = settings("").check().remote();
    assertThat(remote.logs().enabled()).isTrue();
    assertThat(remote.logs().files()).isEmpty();
    assertThat(remote.logs().units()).isEmpty();
    assertThat(remote.shell().enabled()).isFalse();
    assertThat(remote.files().enabled()).isFalse();
    assertThat(remote.tunnel().enabled()).isFalse();
  }

  @Test
  void oneSwitchTurnsEverythingRemoteOff() {
    RemoteConfig remote =
        settings("[remote]\nenabled = false\nshell = true\nfiles = true\ntunnel = true\n")
            .check()
            .remote();
    assertThat(remote.logs().enabled()).isFalse();
    assertThat(remote.shell().enabled()).isFalse();
    assertThat(remote.files().enabled()).isFalse();
    assertThat(remote.tunnel().enabled()).isFalse();
  }

  @Test
  void listsAreReadWithTheirCommasAndSpaces() {
    RemoteConfig remote =
        settings(
                "[remote]\nfiles_read = /srv/data,/var/log/my app ,\nlog_units = a.service, b@1\n"
                    + "tunnel_targets = LocalHost:80, [::1]:22, 10.0.0.5:*\n")
            .check()
            .remote();
    assertThat(remote.files().read())
        .containsExactly(Path.of("/srv/data"), Path.of("/var/log/my app"));
    assertThat(remote.logs().allowsUnit("b@1")).isTrue();
    assertThat(remote.logs().allowsUnit("c.service")).isFalse();
    assertThat(remote.tunnel().allows("localhost", 80)).isTrue();
    assertThat(remote.tunnel().allows("localhost", 81)).isFalse();
    assertThat(remote.tunnel().allows("::1", 22)).isTrue();
    assertThat(remote.tunnel().allows("10.0.0.5", 65535)).isTrue();
    assertThat(remote.tunnel().allows("10.0.0.50", 22)).isFalse();
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThatThrownBy(
            () -> settings("x = 1\n[agent]\nhm\nlog_level = a\n[spool]\nmax_mb = b\n").check())
        .hasMessageContaining("line 1: the key 'x' stands before the first [section]")
        .hasMessageContaining("line 3: neither")
        .hasMessageContaining("line 4")
        .hasMessageContaining("line 6");
  }

  @Test
  void aBadValueOfTheEnvironmentNamesTheVariable() {
    assertThatThrownBy(
            () -> settings("", Map.of("IOTTLY_CONNECTION_HEARTBEAT_INTERVAL", "x")).check())
        .hasMessageStartingWith(
            "environment IOTTLY_CONNECTION_HEARTBEAT_INTERVAL: [connection] heartbeat_interval is"
                + " 'x'");
  }

  @Test
  void unknownKeysWarnWithTheNearestKnownOne() {
    assertThat(settings("[agent]\nlog_levle = info\n", Map.of("IOTTLY_AGENT_TOKN", "x")).warnings())
        .containsExactly(
            "agent.conf, line 2: the key 'log_levle' is unknown in [agent] and is ignored; did you"
                + " mean [agent] log_level?",
            "environment: the variable IOTTLY_AGENT_TOKN is unknown and is ignored; did you mean"
                + " IOTTLY_AGENT_TOKEN?");
  }

  @Test
  void theTokenIsNeverShown() {
    String secret = "eyJ.se cret";
    Settings settings = settings("[agent]\ntoken = " + secret + "\n");
    assertThat(settings.all().toString()).doesNotContain("cret");
    assertThatThrownBy(settings::check)
        .hasMessageContaining("[agent] token")
        .hasMessageNotContaining("cret");
    assertThat(settings("[agent]\ntoken = abcdef\n").check().toString()).doesNotContain("abcdef");
  }

  @Test
  void noTextWhateverBreaksTheReader() {
    Random random = Seed.random(getClass());
    String alphabet = "[]=#; \n\r\tabtokenlgv_.0129-é\u0000\ufeff\"'";
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? "[agent]\n" : "");
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Settings settings = settings(text.toString());
      assertThat(settings.all()).hasSize(Key.values().length);
      try {
        assertThat(settings.check()).isNotNull();
      } catch (ConfigException e) {
        assertThat(e).hasMessageContaining("agent.conf, line ");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "wss://iot.example/ws, false, true",
    "ws://localhost:8080/ws, false, true",
    "ws://127.0.0.1:8080/ws, false, true",
    "ws://[::1]:8080/ws, false, true",
    "ws://iot.example/ws, false, false",
    "ws://127.0.0.1.iot.example/ws, false, false",
    "ws://192.168.1.1/ws, false, false",
    "ws://192.168.1.1/ws, true, true",
  })
  void plaintextLeavesThisMachineOnlyWhenTheOperatorSaysSo(
      String endpoint, boolean allowed, boolean accepted) {
    Settings settings =
        settings(
            "[connection]\nendpoint = "
                + endpoint
                + "\n[security]\nallow_plaintext = "
                + allowed
                + "\n");
    if (accepted) {
      assertThat(settings.check().connection().endpoint()).hasToString(endpoint);
    } else {
      assertThatThrownBy(settings::check)
          .isInstanceOf(ConfigException.class)
          .hasMessageContainingAll(endpoint, "wss://", "[security] allow_plaintext = true");
    }
  }
}

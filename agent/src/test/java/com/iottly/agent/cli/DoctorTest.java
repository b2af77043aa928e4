package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.json.Json;
import com.iottly.agent.link.TestPlatform;
import com.iottly.agent.net.RealProxy;
import com.iottly.agent.net.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The doctor before real failures, as a technician meets them. */
class DoctorTest extends AgentProcesses {

  private static final String TOKEN = "the.device.token";

  private TestCa ca;
  private TestPlatform secure;

  @BeforeEach
  void openPlatform() throws Exception {
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    ca = TestCa.create(directory.resolve("ca"), "platform-ca");
    secure = TestPlatform.secure(ca.issue("platform", "DNS:localhost,IP:127.0.0.1"), "TLSv1.3");
  }

  @AfterEach
  void closePlatform() throws Exception {
    secure.close();
  }

  private Map<String, String> secureEnvironment() {
    var environment = new HashMap<String, String>();
    environment.put("IOTTLY_CONNECTION_ENDPOINT", endpoint(secure));
    environment.put("IOTTLY_SECURITY_CA_BUNDLE", ca.certificate().toString());
    return environment;
  }

  private static String endpoint(TestPlatform platform) {
    return "wss://localhost:" + platform.port() + "/ws";
  }

  private Map<String, Map<?, ?>> examine(int expected, Map<String, String> environment)
      throws Exception {
    Finished said = run(environment, "doctor", "--json");
    assertThat(said.code()).as(said.out() + said.err()).isEqualTo(expected);
    assertThat(said.out()).doesNotContain(TOKEN).doesNotContain("s3cret");
    var steps = new HashMap<String, Map<?, ?>>();
    Map<String, ?> report = Json.read(said.out().getBytes(StandardCharsets.UTF_8));
    for (Object step : (List<?>) report.get("steps")) {
      Map<?, ?> finding = (Map<?, ?>) step;
      steps.put(String.valueOf(finding.get("step")), finding);
    }
    assertThat(report.get("well")).isEqualTo(expected == ExitCode.OK);
    return steps;
  }

  private static void assertFailed(Map<String, Map<?, ?>> steps, String step, String... texts) {
    assertThat(steps.get(step).get("verdict")).isEqualTo("failed");
    assertThat(steps.get(step).get("said") + "; " + steps.get(step).get("fix")).contains(texts);
  }

  private static void assertVerdict(Map<String, Map<?, ?>> steps, String verdict, String... names) {
    for (String name : names) {
      assertThat(steps.get(name).get("verdict")).as(name).isEqualTo(verdict);
    }
  }

  @Test
  void allIsWellAndTheWayIsShown() throws Exception {
    Map<String, Map<?, ?>> steps = examine(ExitCode.OK, secureEnvironment());
    assertVerdict(
        steps,
        "ok",
        "configuration",
        "clock",
        "dns",
        "tcp",
        "tls",
        "websocket",
        "token",
        "server",
        "disk");
    assertVerdict(steps, "skipped", "proxy", "agent", "service");
    assertThat(String.valueOf(steps.get("tls").get("said"))).contains("TLSv1.3", "for localhost");
    assertThat(String.valueOf(steps.get("tls").get("details")))
        .contains("CN=platform, by CN=platform-ca", "CN=platform-ca, by itself")
        .contains("trusted by [security] ca_bundle " + ca.certificate());
    assertThat(String.valueOf(steps.get("token").get("said"))).contains("device the-device");
    assertThat(steps.get("tls").get("ms")).isNotNull();
  }

  @Test
  void aPersonReadsItOnOneScreenWithoutSignsWhenItIsNoTerminal() throws Exception {
    Finished said = run(secureEnvironment(), "doctor");
    assertThat(said.code()).isZero();
    assertThat(said.out())
        .contains("ok  tls", "-   proxy", "This machine reaches its platform.")
        .matches(text -> text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 127)));
    assertThat(said.out().lines().count()).isLessThan(25);
  }

  @Test
  void aRunningAgentKeepsItsConnectionAndIsSaidToBeConnected() throws Exception {
    launch(secureEnvironment(), "start");
    await().atMost(PATIENCE).until(() -> secure.received > 0);
    Map<String, Map<?, ?>> steps = examine(ExitCode.OK, secureEnvironment());
    assertVerdict(steps, "ok", "agent", "service");
    assertThat(secure.connections.stream().filter(c -> !c.frames.isEmpty())).hasSize(1);
    assertThat(secure.connections.getFirst().closeCode).isZero();
  }

  @Test
  void aServiceThatDoesNotSeeTheProxyOfThisShellIsNoticed() throws Exception {
    launch(secureEnvironment(), "start");
    await().atMost(PATIENCE).until(() -> secure.received > 0);
    var shell = new HashMap<>(secureEnvironment());
    shell.put("IOTTLY_CONNECTION_ENDPOINT", "wss://platform.test:" + secure.port() + "/ws");
    shell.put("NO_PROXY", "");
    try (RealProxy proxy =
        RealProxy.squid(directory.resolve("proxy"), "", "http_access allow all")) {
      shell.put("HTTPS_PROXY", "http://jo:s3cret@127.0.0.1:" + proxy.port());
      Map<String, Map<?, ?>> steps = examine(ExitCode.FAILED, shell);
      assertFailed(
          steps,
          "service",
          "goes without a proxy, this shell by the proxy " + proxy.url(),
          "/etc/default/iottly-agent");
      assertFailed(steps, "tls", "not for platform.test");
      assertThat(String.valueOf(steps.get("proxy").get("said")))
          .isEqualTo(proxy.url() + " as 'jo', from HTTPS_PROXY");
    }
  }

  @Test
  void aConfigurationThatCantBeUsedIsTheFirstThing() throws Exception {
    Files.writeString(config, Files.readString(config).replace("= 50", "= soon"));
    Map<String, Map<?, ?>> steps = examine(ExitCode.FAILED, Map.of());
    assertFailed(steps, "configuration", "flush_interval_ms is 'soon'", "line ");
    assertVerdict(steps, "skipped", "dns", "tcp", "tls", "token", "server", "disk", "agent");
  }

  @Test
  void aNameThatDoesNotExistEndsAtDns() throws Exception {
    Map<String, Map<?, ?>> steps =
        examine(
            ExitCode.FAILED,
            Map.of(
                "IOTTLY_CONNECTION_ENDPOINT",
                "wss://nowhere.invalid/ws",
                "HTTPS_PROXY",
                "http://p:1"));
    assertFailed(steps, "dns", "the name nowhere.invalid can't be resolved", "HTTPS_PROXY");
    assertThat(String.valueOf(steps.get("proxy").get("said"))).contains("NO_PROXY, *");
    assertVerdict(steps, "skipped", "proxy", "tcp", "tls", "websocket", "token", "server");
  }

  @Test
  void aClosedPortEndsAtTcp() throws Exception {
    Map<String, Map<?, ?>> steps =
        examine(ExitCode.FAILED, Map.of("IOTTLY_CONNECTION_ENDPOINT", "wss://127.0.0.1:1/ws"));
    assertFailed(steps, "tcp", "nobody listens at 127.0.0.1:1", "check the port");
    assertVerdict(steps, "skipped", "dns", "tls", "websocket", "token", "server");
  }

  @Test
  void anUnknownCaEndsAtTlsAndItsChainIsShown() throws Exception {
    var environment = secureEnvironment();
    environment.remove("IOTTLY_SECURITY_CA_BUNDLE");
    Map<String, Map<?, ?>> steps = examine(ExitCode.FAILED, environment);
    assertFailed(steps, "tls", "is from 'CN=platform-ca', which the system's store", "ca_bundle");
    assertThat(String.valueOf(steps.get("tls").get("details")))
        .contains("CN=platform, by CN=platform-ca");
    assertVerdict(steps, "ok", "tcp");
  }

  @Test
  void anExpiredCertificateEndsAtTls() throws Exception {
    try (TestPlatform late =
        TestPlatform.secure(ca.issueAt("late", "DNS:localhost", "2020-03-01"), "TLSv1.3")) {
      var environment = secureEnvironment();
      environment.put("IOTTLY_CONNECTION_ENDPOINT", endpoint(late));
      assertFailed(examine(ExitCode.FAILED, environment), "tls", "'CN=late' expired on 2020-03");
    }
  }

  @Test
  void aClockThatIsHoursOffIsSaid() throws Exception {
    secure.clockAheadMillis = 3 * 3600 * 1000L + 5_000;
    assertFailed(
        examine(ExitCode.FAILED, secureEnvironment()),
        "clock",
        "3 hours behind the platform's clock",
        "timedatectl");
  }

  @Test
  void aTokenThatIsRejectedIsSaidInThePlatformsWords() throws Exception {
    secure.rejects = "this token was revoked";
    Map<String, Map<?, ?>> steps = examine(ExitCode.FAILED, secureEnvironment());
    assertFailed(steps, "token", "this token was revoked", "provision again");
    assertVerdict(steps, "ok", "tls", "websocket");
    assertVerdict(steps, "failed", "server");
  }

  @Test
  void aMissingTokenIsSaid() throws Exception {
    Files.writeString(config, Files.readString(config).replace(TOKEN, ""));
    assertFailed(
        examine(ExitCode.FAILED, secureEnvironment()), "token", "token is empty", "provision");
  }

  @Test
  void aProxysRefusalEndsAtTheProxyWithoutItsPassword() throws Exception {
    Path folder = directory.resolve("proxy");
    try (RealProxy proxy = RealProxy.tinyproxy(folder, "BasicAuth jo secret")) {
      var environment = secureEnvironment();
      environment.put("IOTTLY_CONNECTION_ENDPOINT", "wss://0.0.0.0:" + secure.port() + "/ws");
      environment.put("NO_PROXY", "");
      environment.put("HTTPS_PROXY", "http://jo:s3cret@127.0.0.1:" + proxy.port());
      Map<String, Map<?, ?>> steps = examine(ExitCode.FAILED, environment);
      assertFailed(
          steps, "proxy", proxy.url() + " rejects the user or the password", "HTTPS_PROXY");
      assertVerdict(steps, "skipped", "dns", "tcp", "tls");
    }
  }

  @Test
  void aDiskThatCantBeWrittenIsNamed() throws Exception {
    Path notADirectory = Files.writeString(directory.resolve("file"), "");
    var environment = secureEnvironment();
    environment.put("IOTTLY_SPOOL_DIR", notADirectory.resolve("spool").toString());
    assertFailed(examine(ExitCode.FAILED, environment), "disk", notADirectory + "/spool");
  }
}

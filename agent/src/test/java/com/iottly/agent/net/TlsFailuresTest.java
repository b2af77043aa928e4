package com.iottly.agent.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.AgentConfig.TlsVersion;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.link.TestPlatform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about a platform whose TLS is not as it should be; a real handshake each. */
class TlsFailuresTest {

  private static final String HERE = "IP:127.0.0.1";

  @TempDir Path directory;
  private TestCa ca;
  private TestPlatform platform;

  @BeforeEach
  void open() throws Exception {
    ca = TestCa.create(directory.resolve("ca"), "our-ca");
  }

  @AfterEach
  void close() throws Exception {
    if (platform != null) {
      platform.close();
    }
  }

  private void serve(TestCa.Issued certificate, String... versions) throws Exception {
    platform = TestPlatform.secure(certificate, versions);
  }

  private void serve(TestCa.Issued certificate) throws Exception {
    serve(certificate, "TLSv1.3");
  }

  private OkHttpClient trusting(Optional<Path> bundle, TlsVersion least) {
    return HttpClients.create(
        new AgentConfig.Security(bundle, least, Optional.empty(), false),
        Map.of(),
        Duration.ofSeconds(10));
  }

  private int ask(OkHttpClient client, int port) throws IOException {
    Request request = new Request.Builder().url("https://127.0.0.1:" + port + "/").build();
    try (Response response = client.newCall(request).execute()) {
      return response.code();
    }
  }

  private Unreachable refused(OkHttpClient client) {
    return refused(client, platform.port());
  }

  private Unreachable refused(OkHttpClient client, int port) {
    Unreachable why = catchThrowableOfType(Unreachable.class, () -> ask(client, port));
    assertThat(why).isNotNull();
    assertThat(why.step()).isEqualTo(Unreachable.Step.TLS);
    return why;
  }

  private OkHttpClient trustingOurs() {
    return trusting(Optional.of(ca.certificate()), TlsVersion.TLS1_2);
  }

  @Test
  void aCertificateOfATrustedCaForThisHostIsAccepted() throws Exception {
    serve(ca.issue("good", HERE));
    assertThat(ask(trustingOurs(), platform.port())).isPositive();
  }

  @Test
  void anExpiredCertificateIsSaidWithItsDateAndTheClock() throws Exception {
    serve(ca.issueAt("old", HERE, "2020-03-01"));
    assertThat(refused(trustingOurs()))
        .hasMessageContainingAll("'CN=old' expired on 2020-03-", "clock says 20", "renewed");
  }

  @Test
  void aCertificateOfTheFutureMeansThatTheClockIsWrong() throws Exception {
    serve(ca.issueAt("future", HERE, "2045-01-01"));
    assertThat(refused(trustingOurs()))
        .hasMessageContainingAll(
            "'CN=future' is not valid before 2045-01-01", "clock is probably wrong");
  }

  @Test
  void aSelfSignedCertificateIsSaid() throws Exception {
    serve(TestCa.selfSigned(directory.resolve("self"), "self", HERE));
    assertThat(refused(trustingOurs()))
        .hasMessageContainingAll(
            "'CN=self' is self-signed", "[security] ca_bundle " + ca.certificate());
  }

  @Test
  void anUnknownCaIsNamed() throws Exception {
    serve(TestCa.create(directory.resolve("other"), "other-ca").issue("theirs", HERE));
    assertThat(refused(trustingOurs()))
        .hasMessageContainingAll("'CN=theirs' is from 'CN=other-ca'", "ca_bundle");
    assertThat(refused(trusting(Optional.empty(), TlsVersion.TLS1_2)))
        .hasMessageContainingAll("'CN=other-ca'", "which the system's store");
  }

  @Test
  void aCertificateForAnotherHostIsRefusedWithItsNames() throws Exception {
    serve(ca.issue("elsewhere", "DNS:a.test,DNS:*.b.test"));
    assertThat(refused(trustingOurs()))
        .hasMessageContainingAll(
            "is for a.test, *.b.test, not for 127.0.0.1", "the platform's address");
  }

  @Test
  void aTlsVersionThatIsTooOldIsSaid() throws Exception {
    serve(ca.issue("old-tls", HERE), "TLSv1.2");
    assertThat(ask(trustingOurs(), platform.port())).isPositive();
    assertThat(refused(trusting(Optional.of(ca.certificate()), TlsVersion.TLS1_3)))
        .hasMessageContainingAll("no TLS version that [security] min_tls_version allows", "tls1.2");
  }

  @Test
  void aPortWithoutTlsIsSaid() throws Exception {
    platform = new TestPlatform();
    assertThat(refused(trustingOurs())).hasMessageContaining("does not speak TLS");
  }

  @Test
  void aServerThatHangsUpInTheHandshakeIsSaid() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              var client = server.accept();
              int _ = client.getInputStream().read();
              client.close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(refused(trustingOurs(), server.getLocalPort()))
          .hasMessageContaining("ended the TLS handshake without a reason");
    }
  }

  @Test
  void aBundleMayHoldManyCertificatesAndOtherText() throws Exception {
    TestCa other = TestCa.create(directory.resolve("other"), "other-ca");
    serve(ca.issue("good", HERE));
    Path bundle = directory.resolve("bundle.pem");
    Files.writeString(
        bundle,
        "# ours and theirs\r\n"
            + Files.readString(other.certificate()).replace("\n", "\r\n")
            + "\nsubject=CN = our-ca\n"
            + Files.readString(ca.certificate()));
    assertThat(ask(trusting(Optional.of(bundle), TlsVersion.TLS1_2), platform.port())).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                              | it is empty",
        "hello                           | there is no certificate in it",
        "-----BEGIN CERTIFICATE-----\\nAA | certificate 1 has no end",
        "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE----- | certificate 1 is damaged",
        "-----BEGIN CERTIFICATE-----\\n?\\n-----END CERTIFICATE----- | certificate 1 is damaged",
      })
  void aBundleThatCantBeUsedIsNamed(String content, String why) throws Exception {
    Path bundle = directory.resolve("bundle.pem");
    Files.writeString(bundle, content.replace("\\n", "\n"));
    assertThatThrownBy(() -> trusting(Optional.of(bundle), TlsVersion.TLS1_2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("[security] ca_bundle: " + bundle, why, "PEM");
  }

  @Test
  void aBundleThatIsNotThereIsNamed() {
    Path bundle = directory.resolve("none.pem");
    assertThatThrownBy(() -> trusting(Optional.of(bundle), TlsVersion.TLS1_2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(bundle + " does not exist");
  }
}

package com.iottly.agent.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.AgentConfig.ClientFiles;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What this machine shows to a server that asks for a certificate; openssl is the other side. */
class ClientCertificateTest {

  @TempDir Path directory;
  private TestCa ca;
  private TestCa.Issued own;

  @BeforeEach
  void makeCertificates() throws Exception {
    ca = TestCa.create(directory.resolve("ca"), "our-ca");
    own = pkcs8(ca.issue("client", "DNS:client.test"));
  }

  private static TestCa.Issued pkcs8(TestCa.Issued issued) throws Exception {
    Path key = Path.of(issued.key() + ".p8");
    openssl("pkcs8 -topk8 -nocrypt -in %s -out %s".formatted(issued.key(), key), key.getParent());
    return new TestCa.Issued(issued.certificate(), key);
  }

  private static String openssl(String arguments, Path in) throws Exception {
    Process process =
        new ProcessBuilder(("openssl " + arguments).split(" "))
            .directory(in.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private OkHttpClient client(Optional<ClientFiles> files) {
    return HttpClients.create(
        new AgentConfig.Security(
            Optional.of(ca.certificate()), AgentConfig.TlsVersion.TLS1_2, files, false),
        Map.of(),
        Duration.ofSeconds(10));
  }

  private static Optional<ClientFiles> files(TestCa.Issued issued) {
    return Optional.of(new ClientFiles(issued.certificate(), issued.key()));
  }

  /** Asks a server that lets nobody in without a certificate of our authority. */
  private int ask(OkHttpClient client, String version) throws Exception {
    TestCa.Issued server = ca.issue("server", "IP:127.0.0.1");
    Process process =
        new ProcessBuilder(
                ("openssl s_server -accept 127.0.0.1:0 -www -Verify 1 -verify_return_error -"
                        + version
                        + " -CAfile "
                        + ca.certificate()
                        + " -cert "
                        + server.certificate()
                        + " -key "
                        + server.key())
                    .split(" "))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader said = process.inputReader()) {
      String line = said.readLine();
      while (line != null && !line.startsWith("ACCEPT")) {
        line = said.readLine();
      }
      String port = String.valueOf(line).replaceFirst(".*:", "");
      Request request = new Request.Builder().url("https://127.0.0.1:" + port + "/").build();
      try (Response response = client.newCall(request).execute()) {
        return response.code();
      }
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource({"tls1_2", "tls1_3"})
  void anOperatorsOwnCertificateOpensTheDoorAndNoneDoesNot(String version) throws Exception {
    assertThat(ask(client(files(own)), version)).isEqualTo(200);
    Unreachable none =
        catchThrowableOfType(Unreachable.class, () -> ask(client(Optional.empty()), version));
    assertThat(none).isNotNull();
    assertThat(none.step()).isEqualTo(Unreachable.Step.TLS);
  }

  @Test
  void certificateAndKeyMayBeInOneFile() throws Exception {
    Path both = directory.resolve("both.pem");
    Files.writeString(both, Files.readString(own.key()) + Files.readString(own.certificate()));
    assertThat(ask(client(Optional.of(new ClientFiles(both, both))), "tls1_3")).isEqualTo(200);
  }

  @Test
  void aCertificateThatTheServerDidNotAskForStaysHere() throws Exception {
    TestCa other = TestCa.create(directory.resolve("other"), "other-ca");
    TestCa.Issued foreign = pkcs8(other.issue("foreign", "DNS:x.test"));
    assertThat(catchThrowableOfType(IOException.class, () -> ask(client(files(foreign)), "tls1_3")))
        .isNotNull()
        .hasMessageContaining("wants a client certificate");
  }

  @Test
  void filesThatCantBeUsedAreNamedWithWhatIsWrong() throws Exception {
    Path missing = directory.resolve("missing.pem");
    assertUnusable(missing, own.key(), missing + " does not exist");
    assertUnusable(own.key(), own.key(), "has no certificate in PEM in it");
    assertUnusable(own.certificate(), own.certificate(), "must have one private key", "openssl");
    Path sec1 = ca.key();
    assertUnusable(own.certificate(), sec1, "PKCS #8", "openssl pkcs8 -topk8 -nocrypt");
    TestCa.Issued other = pkcs8(ca.issue("other", "DNS:x.test"));
    assertUnusable(own.certificate(), other.key(), "is not the key of the certificate");
    Path cut = directory.resolve("cut.pem");
    Files.writeString(cut, Files.readString(own.certificate()).substring(0, 200));
    assertUnusable(cut, own.key(), "certificate 1 has no end");
  }

  private void assertUnusable(Path certificate, Path key, String... said) {
    assertThatThrownBy(() -> client(Optional.of(new ClientFiles(certificate, key))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("[security] client_certificate and client_key")
        .hasMessageContainingAll(said);
  }

  @Test
  void aRequestIsOneToOthersAsWellAndIsKeptWithItsOwnCertificateOnly() throws Exception {
    KeyRequest request = KeyRequest.make();
    Path csr = directory.resolve("ca/new.csr");
    Files.writeString(csr, request.pem());
    assertThat(openssl("req -in new.csr -verify -noout -text", csr.getParent()))
        .contains("verify OK", "prime256v1");
    openssl(
        "x509 -req -in new.csr -out new.crt -CA our-ca.crt -CAkey our-ca.key -days 2 -subj /CN=x",
        csr.getParent());

    Path kept = directory.resolve("agent.pem");
    assertThatThrownBy(() -> request.keep(kept, Files.readString(own.certificate())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not for the key that was sent");
    assertThat(kept).doesNotExist();
    request.keep(kept, Files.readString(csr.resolveSibling("new.crt")));
    assertThat(ask(client(Optional.of(new ClientFiles(kept, kept))), "tls1_3")).isEqualTo(200);
  }

  @Test
  void oneWithoutTheOtherIsNoConfiguration() {
    var text = "[security]\nclient_certificate = /etc/iottly/own.pem\n";
    var settings = Settings.of(ConfigFile.of("agent.conf", text), Map.of());
    assertThatThrownBy(settings::check)
        .hasMessageContainingAll("[security] client_key", "go together");
  }
}

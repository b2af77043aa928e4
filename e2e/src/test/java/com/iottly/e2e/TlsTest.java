package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device link over TLS, with a certificate that only {@code ca_bundle} knows. */
class TlsTest {

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void anAgentTrustsWhatItsBundleNamesAndSaysWhyItDoesNotConnectWithout() throws Exception {
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    makeCertificate(certificate, key);
    Platform platform =
        stage.platform("[tls]", "certificate = \"" + certificate + "\"", "key = \"" + key + "\"");
    DeviceAgent agent = stage.add(new DeviceAgent(folder, platform));
    agent.set("SECURITY_CA_BUNDLE", certificate);
    agent.provision();

    agent.set("SECURITY_CA_BUNDLE", "");
    agent.launch();
    agent.awaitAnswering();
    await()
        .atMost(Platform.PATIENCE)
        .until(() -> agent.status().path("detail").asText().contains("certif"));
    assertThat(agent.status().path("connected").asBoolean()).isFalse();
    assertThat(agent.logged()).contains("certif");
    agent.process().kill();

    agent.set("SECURITY_CA_BUNDLE", certificate);
    agent.start();
    agent.awaitDrained();
  }

  @Test
  void aClientThatDoesNotShakeHandsIsCut() throws Exception {
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    makeCertificate(certificate, key);
    Platform platform =
        stage.platform(
            "[http]",
            "head_timeout = \"500ms\"",
            "[tls]",
            "certificate = \"" + certificate + "\"",
            "key = \"" + key + "\"");
    long start = System.nanoTime();
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), platform.port())) {
      silent.setSoTimeout((int) Platform.PATIENCE.toMillis());
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(500));
  }

  static void makeCertificate(Path certificate, Path key) {
    Child.run(
            Map.of(),
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=iottly.example",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()))
        .succeeded();
  }
}

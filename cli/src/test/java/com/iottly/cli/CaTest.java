package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform whose certificate only its owner's CA vouches for. */
class CaTest {

  @TempDir static Path folder;
  private static Path ca;
  private static TestServer server;
  @TempDir Path home;

  @BeforeAll
  static void start() throws Exception {
    ca = selfSigned("server");
    server =
        new TestServer(
            folder.resolve("data"),
            Map.of(
                "IOTTLY_SERVER_TLS_CERTIFICATE", ca.toString(),
                "IOTTLY_SERVER_TLS_KEY", folder.resolve("server.key").toString()));
  }

  private static Path selfSigned(String name) throws Exception {
    Path certificate = folder.resolve(name + ".crt");
    String command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            + " -subj /CN=%s -addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s"
                .formatted(name, folder.resolve(name + ".key"), certificate);
    Process openssl =
        new ProcessBuilder(List.of(command.split(" "))).redirectErrorStream(true).start();
    String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(openssl.waitFor()).as(said).isZero();
    return certificate;
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Client atHome() {
    return new Client().with("HOME", home.toString()).reading(server.key() + "\n");
  }

  @Test
  void withoutItsCaItIsNotBelievedAndTheRefusalSaysWhatToDo() {
    Client.Run ping = server.client().run("ping");
    assertThat(ping.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ping.err()).contains("no secure connection", "--ca FILE", "IOTTLY_CA");
  }

  @Test
  void theEnvironmentMayNameTheCa() {
    server.client().with("IOTTLY_CA", ca.toString()).run("ping").done();
  }

  @Test
  void aProfileKeepsTheCa() {
    atHome().run("login", server.url(), "--ca", ca.toString()).done();
    atHome().run("ping").done();
    assertThat(atHome().run("profile", "list", "--json").json().at("/0/ca").asText())
        .isEqualTo(ca.toString());
    atHome()
        .with("IOTTLY_URL", server.url())
        .with("IOTTLY_API_KEY", server.key())
        .run("ping")
        .done();
  }

  @Test
  void anotherCaIsNotBelieved() throws Exception {
    Path other = selfSigned("other");
    Client.Run ping = server.client().with("IOTTLY_CA", other.toString()).run("ping");
    assertThat(ping.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(ping.err()).contains("no secure connection");
  }

  @Test
  void aFileThatIsNotThereOrHasNoCertificateIsNamed() throws Exception {
    Path none = home.resolve("none.pem");
    Client.Run missing = server.client().with("IOTTLY_CA", none.toString()).run("ping");
    assertThat(missing.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(missing.err()).contains("can't read the CA file " + none);
    Files.writeString(none, "nothing\n");
    Client.Run empty = server.client().with("IOTTLY_CA", none.toString()).run("ping");
    assertThat(empty.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(empty.err()).contains("the CA file " + none + " must have certificates in PEM");
  }
}

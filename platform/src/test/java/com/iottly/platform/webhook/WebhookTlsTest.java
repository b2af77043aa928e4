package com.iottly.platform.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of endpoints, signed by an authority that the operator trusts. */
class WebhookTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path folder;
  private static Vertx vertx;

  @BeforeAll
  static void makeCertificates() throws Exception {
    vertx = Vertx.vertx();
    keytool("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=Test CA", "-ext", "bc:c");
    keytool("-exportcert", "-alias", "ca", "-rfc", "-file", folder.resolve("ca.pem").toString());
    certificate("good", "dns:hook.example", "-1d", "30");
    certificate("expired", "dns:hook.example", "-10d", "5");
  }

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  /** A key with a certificate of the authority. */
  private static void certificate(String name, String san, String from, String days)
      throws Exception {
    String request = folder.resolve(name + ".csr").toString();
    String file = folder.resolve(name + ".pem").toString();
    keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name);
    keytool("-certreq", "-alias", name, "-file", request);
    keytool(
        "-gencert",
        "-alias",
        "ca",
        "-infile",
        request,
        "-outfile",
        file,
        "-rfc",
        "-ext",
        "san=" + san,
        "-startdate",
        from,
        "-validity",
        days);
    keytool("-importcert", "-alias", name, "-file", file, "-noprompt");
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", folder.resolve("keys.p12").toString(), "-storepass", "changeit"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("keytool.log"))).isZero();
  }

  /** An endpoint that shows that certificate. */
  private static HttpsServer endpoint(String alias) throws Exception {
    KeyStore all = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      all.load(in, PASSWORD);
    }
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, PASSWORD);
    one.setKeyEntry(alias, all.getKey(alias, PASSWORD), PASSWORD, all.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(one, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] _ = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    server.start();
    return server;
  }

  private static Attempt send(String certificate, String host, Optional<Path> caBundle)
      throws Exception {
    HttpsServer server = endpoint(certificate);
    EndpointPolicy policy = EndpointPolicy.of(List.of("127.0.0.1"), false, caBundle);
    AddressGuard guard =
        new AddressGuard(policy, _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")});
    try (Sender sender =
        new Sender(vertx, guard, policy, InstantSource.system(), Duration.ofSeconds(10))) {
      CompletableFuture<Attempt> attempt = new CompletableFuture<>();
      sender.send(
          new Endpoint(true, host, server.getAddress().getPort(), "/", List.of()),
          new Envelope("id", Instant.EPOCH, Buffer.buffer("{}"), "v1,x"),
          attempt::complete);
      return attempt.get(15, TimeUnit.SECONDS);
    } finally {
      server.stop(0);
    }
  }

  private static Optional<Path> ourAuthority() {
    return Optional.of(folder.resolve("ca.pem"));
  }

  @Test
  void aGoodCertificateIsAccepted() throws Exception {
    assertThat(send("good", "hook.example", ourAuthority()).problem()).isNull();
  }

  @Test
  void anExpiredCertificateIsAFailureThatSaysSo() throws Exception {
    assertThat(send("expired", "hook.example", ourAuthority()).problem())
        .contains("certificate is not accepted")
        .containsIgnoringCase("expired");
  }

  @Test
  void aCertificateOfAnotherNameIsAFailure() throws Exception {
    assertThat(send("good", "other.example", ourAuthority()).problem())
        .contains("certificate is not accepted")
        .contains("other.example");
  }

  @Test
  void aCertificateOfAnAuthorityNobodyTrustsIsAFailure() throws Exception {
    assertThat(send("good", "hook.example", Optional.empty()).problem())
        .contains("certificate is not accepted");
  }
}

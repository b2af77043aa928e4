package com.iottly.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for the loopback that lasts as long as the bench, made by the JDK's {@code
 * keytool}.
 *
 * @param files its PEM files
 * @param context trusts that certificate and no other
 */
record SelfSigned(ServerCommand.Tls files, SSLContext context) {

  private static final String ALIAS = "bench";
  private static final char[] PASSWORD = "not a secret".toCharArray();

  static SelfSigned make(Path directory) {
    Path store = directory.resolve("tls.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Child.run("keytool", command(keytool, store), Duration.ofSeconds(60));
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      Path certificate = directory.resolve("tls.crt");
      Path key = directory.resolve("tls.key");
      pem(certificate, "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
      pem(key, "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD).getEncoded());
      return new SelfSigned(
          new ServerCommand.Tls(certificate.toAbsolutePath(), key.toAbsolutePath()),
          trusting(keys));
    } catch (IOException | GeneralSecurityException e) {
      throw new BenchException("can't make a certificate: " + BenchException.reason(e), e);
    }
  }

  private static List<String> command(Path keytool, Path store) {
    return List.of(
        keytool.toString(),
        "-genkeypair",
        "-alias",
        ALIAS,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=dns:localhost,ip:127.0.0.1",
        "-validity",
        "7",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        new String(PASSWORD));
  }

  private static SSLContext trusting(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static void pem(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file,
        "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n",
        StandardCharsets.US_ASCII);
  }
}

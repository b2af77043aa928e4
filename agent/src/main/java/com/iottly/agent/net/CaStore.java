package com.iottly.agent.net;

import com.iottly.agent.config.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that are trusted and where they come from.
 *
 * @param origin for a person
 */
record CaStore(X509ExtendedTrustManager trust, String origin) {

  /** Where Linux distributions keep the store that their administrators add to. */
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  /**
   * The bundle alone, or the system's store.
   *
   * @throws ConfigException when the bundle can't be used
   */
  static CaStore of(Optional<Path> bundle) {
    return bundle.map(CaStore::bundle).orElseGet(CaStore::system);
  }

  private static CaStore bundle(Path bundle) {
    try {
      return new CaStore(trusting(pem(bundle)), "[security] ca_bundle " + bundle);
    } catch (NoSuchFileException e) {
      throw unusable(bundle, "does not exist");
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(bundle, "can't be used: " + e.getMessage());
    }
  }

  private static ConfigException unusable(Path bundle, String why) {
    return new ConfigException(
        "[security] ca_bundle: %s %s; it must be a PEM file with the certificates to trust, or leave it empty for the system's store"
            .formatted(bundle, why));
  }

  private static CaStore system() {
    for (Path file : SYSTEM) {
      if (Files.isReadable(file)) {
        try {
          return new CaStore(trusting(pem(file)), "the system's store " + file);
        } catch (IOException | GeneralSecurityException e) {
          throw new ConfigException(
              "the system's store of certificates, %s, can't be used (%s); repair it (on Debian: update-ca-certificates), or name a file in [security] ca_bundle"
                  .formatted(file, e.getMessage()));
        }
      }
    }
    try {
      return new CaStore(trusting(null), "the store of this Java");
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          "this machine has no store of certificates ("
              + e
              + "); name one in [security] ca_bundle");
    }
  }

  private static KeyStore pem(Path file) throws IOException, GeneralSecurityException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    int number = 0;
    for (byte[] der : Pem.read(text, "CERTIFICATE")) {
      number++;
      store.setCertificateEntry("ca" + number, certificate(factory, der, number));
    }
    if (number == 0) {
      throw new CertificateException(
          text.isBlank() ? "it is empty" : "there is no certificate in it");
    }
    return store;
  }

  private static Certificate certificate(CertificateFactory factory, byte[] der, int number)
      throws CertificateException {
    try {
      return factory.generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new CertificateException("certificate " + number + " is damaged", e);
    }
  }

  private static X509ExtendedTrustManager trusting(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        return x509;
      }
    }
    throw new IllegalStateException("this Java has no X.509 trust manager");
  }
}

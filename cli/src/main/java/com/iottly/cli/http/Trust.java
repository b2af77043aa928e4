package com.iottly.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom to believe that a platform is who it says: the authorities of a PEM file, and nobody else.
 */
final class Trust {

  private Trust() {}

  /**
   * Reads the file.
   *
   * @throws UnreachableException when it is not there or has no certificate
   */
  static SSLContext in(Path pem) {
    try (InputStream file = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        store.setCertificateEntry("ca-" + store.size(), each);
      }
      if (store.size() == 0) {
        throw new CertificateException("there is none");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UnreachableException("can't read the CA file " + pem + ": " + e, e);
    } catch (GeneralSecurityException e) {
      throw new UnreachableException(
          "the CA file " + pem + " must have certificates in PEM: " + e.getMessage(), e);
    }
  }
}

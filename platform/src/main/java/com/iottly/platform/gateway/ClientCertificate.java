package com.iottly.platform.gateway;

import io.vertx.core.http.HttpConnection;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The certificate that a TLS client has shown, and proved to have the key of. */
final class ClientCertificate {

  private ClientCertificate() {}

  /** The one of that connection, whoever issued it; the handshake does not look at that. */
  static Optional<X509Certificate> of(HttpConnection connection) {
    if (!connection.isSsl()) {
      return Optional.empty();
    }
    try {
      return connection.peerCertificates().getFirst() instanceof X509Certificate shown
          ? Optional.of(shown)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}

package com.iottly.platform.server;

import com.iottly.platform.access.DeviceCertificates;
import com.iottly.platform.access.DeviceCertificates.Demand;
import io.vertx.core.net.TrustOptions;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Which client certificates the handshake asks for: those of our devices' authority, so that a
 * browser with others has none to offer. It takes any certificate whose key the client has; the
 * gateway decides what one is worth, where a device can be told why.
 */
final class AskedCertificates extends X509ExtendedTrustManager {

  private final X509Certificate authority;

  private AskedCertificates(X509Certificate authority) {
    this.authority = authority;
  }

  static Optional<TrustOptions> of(DeviceCertificates certificates) {
    return certificates.demand() == Demand.OFF
        ? Optional.empty()
        : Optional.of(TrustOptions.wrap(new AskedCertificates(certificates.authority())));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[] {authority};
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException("no server is connected to with this");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw new UnsupportedOperationException("no server is connected to with this");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
    throw new UnsupportedOperationException("no server is connected to with this");
  }
}

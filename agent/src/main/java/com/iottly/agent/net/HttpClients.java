package com.iottly.agent.net;

import com.iottly.agent.config.AgentConfig;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.TlsVersion;

/** Makes HTTP clients as the configuration and the proxy variables say. */
public final class HttpClients {

  private HttpClients() {}

  /**
   * A client for HTTP and WebSocket. Its requests fail with {@link Unreachable}, which says why.
   *
   * @param environment where {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} are
   * @param connectTimeout for the TCP connection and, separately, each wait of the handshake
   * @throws com.iottly.agent.config.ConfigException when a proxy variable, the bundle of
   *     certificates or the client's own certificate can't be used
   */
  public static OkHttpClient create(
      AgentConfig.Security security, Map<String, String> environment, Duration connectTimeout) {
    resolveNamesAnew();
    Proxies proxies = Proxies.of(environment);
    Trust trust = new Trust(CaStore.of(security.caBundle()), InstantSource.system());
    List<TlsVersion> versions = versions(security);
    TlsSockets tls =
        new TlsSockets(
            context(trust, security.client()).getSocketFactory(),
            versions.stream().map(TlsVersion::javaName).toArray(String[]::new));
    var builder =
        new OkHttpClient.Builder()
            .connectTimeout(connectTimeout)
            .readTimeout(connectTimeout)
            .followRedirects(false)
            .retryOnConnectionFailure(true)
            .proxySelector(proxies)
            .proxyAuthenticator(proxies)
            .sslSocketFactory(tls, trust)
            .connectionSpecs(
                List.of(
                    new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                        .tlsVersions(versions.toArray(TlsVersion[]::new))
                        .build(),
                    ConnectionSpec.CLEARTEXT))
            .addInterceptor(new Failures(proxies));
    if (proxies.anyWantsTls()) {
      builder.socketFactory(new ProxySockets(proxies, tls));
    }
    return builder.build();
  }

  /** Where the certificates come from that a client made here trusts, for a person. */
  public static String trustOrigin(OkHttpClient client) {
    return client.x509TrustManager() instanceof Trust trust ? trust.origin() : "";
  }

  /** The hosts a certificate is for, as it may be shown. */
  public static String names(X509Certificate certificate) {
    return Trust.names(certificate);
  }

  /** This Java would remember addresses for 30 s, and failures for 10 s. */
  private static void resolveNamesAnew() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private static List<TlsVersion> versions(AgentConfig.Security security) {
    return switch (security.minTlsVersion()) {
      case TLS1_2 -> List.of(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2);
      case TLS1_3 -> List.of(TlsVersion.TLS_1_3);
    };
  }

  private static SSLContext context(Trust trust, Optional<AgentConfig.ClientFiles> client) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] keys =
          client
              .map(files -> new KeyManager[] {ClientCertificate.of(files)})
              .orElse(new KeyManager[0]);
      context.init(keys, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}

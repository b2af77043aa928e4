package com.iottly.agent.net;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.TlsVersion;

/** Makes HTTP clients as the configuration and the proxy variables say. */
public final class HttpClients {

  private HttpClients() {}

  /**
   * A client for HTTP and WebSocket.
   *
   * @param environment where {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} are
   * @param connectTimeout for the TCP connection and, separately, each wait of the handshake
   */
  public static OkHttpClient create(
      AgentConfig.Security security, Map<String, String> environment, Duration connectTimeout) {
    Proxies proxies = Proxies.of(environment);
    var builder =
        new OkHttpClient.Builder()
            .connectTimeout(connectTimeout)
            .readTimeout(connectTimeout)
            .followRedirects(false)
            .retryOnConnectionFailure(true)
            .proxySelector(proxies)
            .connectionSpecs(List.of(tls(security), ConnectionSpec.CLEARTEXT));
    proxies
        .credentials()
        .ifPresent(user ->
            builder.proxyAuthenticator((_, response) ->
                response.request().header("Proxy-Authorization") != null
                    ? null
                    : response
                        .request()
                        .newBuilder()
                        .header(
                            "Proxy-Authorization", Credentials.basic(user.name(), user.password()))
                        .build()));
    security.caBundle().ifPresent(bundle -> trust(builder, bundle));
    return builder.build();
  }

  private static ConnectionSpec tls(AgentConfig.Security security) {
    var spec = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
    return switch (security.minTlsVersion()) {
      case TLS1_2 -> spec.tlsVersions(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2).build();
      case TLS1_3 -> spec.tlsVersions(TlsVersion.TLS_1_3).build();
    };
  }

  private static void trust(OkHttpClient.Builder builder, Path bundle) {
    try (InputStream in = Files.newInputStream(bundle)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
      if (number == 0) {
        throw new ConfigException("[security] ca_bundle: " + bundle + " holds no certificate");
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      X509TrustManager trust = x509(factory.getTrustManagers());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      builder.sslSocketFactory(context.getSocketFactory(), trust);
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigException(
          "[security] ca_bundle: "
              + bundle
              + " can't be used ("
              + e
              + "); it must be a PEM file with the certificates to trust");
    }
  }

  private static X509TrustManager x509(TrustManager[] managers) {
    for (TrustManager manager : managers) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new IllegalStateException("this Java has no X.509 trust manager");
  }
}

package com.iottly.agent.net;

import com.iottly.agent.net.CertificateProblem.Kind;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Checks the other end's certificate as the JDK does (RFC 5280, and the host name by RFC 2818), and
 * says what is wrong with it so that a person can do something. Any thread.
 */
final class Trust extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int NAMES_SHOWN = 5;

  private final CaStore store;
  private final InstantSource clock;

  Trust(CaStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  String origin() {
    return store.origin();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    try {
      store.trust().checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      String host =
          socket instanceof SSLSocket tls ? tls.getHandshakeSession().getPeerHost() : "the host";
      throw problem(List.of(chain), authType, host, e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    store.trust().checkServerTrusted(chain, authType);
  }

  private CertificateProblem problem(
      List<X509Certificate> chain, String authType, String host, CertificateException failure) {
    X509Certificate own = chain.getFirst();
    Kind kind = kind(chain, authType, failure);
    String name = name(own);
    return switch (kind) {
      case EXPIRED -> {
        X509Certificate late = first(chain, c -> c.getNotAfter().toInstant().isBefore(now()), own);
        yield new CertificateProblem(
            kind,
            chain,
            "the certificate '%s' expired on %s, and this machine's clock says %s"
                .formatted(name(late), late.getNotAfter().toInstant(), now()),
            "have it renewed, or set the clock if that is wrong",
            failure);
      }
      case NOT_YET_VALID -> {
        X509Certificate early = first(chain, c -> c.getNotBefore().toInstant().isAfter(now()), own);
        yield new CertificateProblem(
            kind,
            chain,
            "the certificate '%s' is not valid before %s, and this machine's clock says %s"
                .formatted(name(early), early.getNotBefore().toInstant(), now()),
            "the clock is probably wrong: set it (timedatectl set-ntp true)",
            failure);
      }
      case SELF_SIGNED ->
          new CertificateProblem(
              kind,
              chain,
              "the certificate '%s' is self-signed, and %s does not have it"
                  .formatted(name, origin()),
              "if it is the right one, put it into the PEM file of [security] ca_bundle",
              failure);
      case UNKNOWN_CA ->
          new CertificateProblem(
              kind,
              chain,
              "the certificate '%s' is from '%s', which %s does not have"
                  .formatted(
                      name,
                      printable(chain.getLast().getIssuerX500Principal().getName()),
                      origin()),
              "if that CA is the right one, put its certificate into the PEM file of [security]"
                  + " ca_bundle",
              failure);
      case WRONG_HOST ->
          new CertificateProblem(
              kind,
              chain,
              "the certificate is for %s, not for %s".formatted(names(own), host),
              "use a name that it is for in the platform's address, or have a certificate made for"
                  + " this one",
              failure);
      case OTHER ->
          new CertificateProblem(
              kind,
              chain,
              "the certificate '%s' is not accepted: %s"
                  .formatted(name, printable(String.valueOf(failure.getMessage()))),
              "have another one made",
              failure);
    };
  }

  private Kind kind(List<X509Certificate> chain, String authType, CertificateException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return Kind.EXPIRED;
      }
      if (cause instanceof CertificateNotYetValidException) {
        return Kind.NOT_YET_VALID;
      }
    }
    if (isTrusted(chain, authType)) {
      return Kind.WRONG_HOST;
    }
    if (!String.valueOf(failure.getMessage()).contains("unable to find valid certification path")) {
      return Kind.OTHER;
    }
    return chain.size() == 1 && isSelfSigned(chain.getFirst()) ? Kind.SELF_SIGNED : Kind.UNKNOWN_CA;
  }

  /** Whether there is nothing wrong but the name. */
  private boolean isTrusted(List<X509Certificate> chain, String authType) {
    try {
      store.trust().checkServerTrusted(chain.toArray(X509Certificate[]::new), authType);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static boolean isSelfSigned(X509Certificate certificate) {
    try {
      certificate.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static X509Certificate first(
      List<X509Certificate> chain, Predicate<X509Certificate> wanted, X509Certificate otherwise) {
    return chain.stream().filter(wanted).findFirst().orElse(otherwise);
  }

  /** What a certificate calls itself. */
  static String name(X509Certificate certificate) {
    return printable(certificate.getSubjectX500Principal().getName());
  }

  /** The hosts a certificate is for. */
  static String names(X509Certificate certificate) {
    Collection<List<?>> alternatives = alternatives(certificate);
    String names =
        alternatives.stream()
            .filter(entry ->
                entry.getFirst() instanceof Integer type
                    && (type == DNS_NAME || type == IP_ADDRESS))
            .limit(NAMES_SHOWN)
            .map(entry -> printable(String.valueOf(entry.get(1))))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "'" + name(certificate) + "'" : names;
  }

  private static Collection<List<?>> alternatives(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateException e) {
      return List.of();
    }
  }

  private static String printable(@Nullable String text) {
    return String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return store.trust().getAcceptedIssuers();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("only sockets are used here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("nobody connects to the agent");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("nobody connects to the agent");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("nobody connects to the agent");
  }
}

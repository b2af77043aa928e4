package com.iottly.agent.doctor;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Certificates as a person reads them: who, by whom, from when to when. */
final class Certificates {

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Certificates() {}

  static List<String> lines(List<? extends Certificate> chain) {
    return chain.stream()
        .filter(X509Certificate.class::isInstance)
        .map(X509Certificate.class::cast)
        .map(Certificates::line)
        .toList();
  }

  private static String line(X509Certificate certificate) {
    return "%s, by %s, %s to %s"
        .formatted(
            printable(certificate.getSubjectX500Principal().getName()),
            certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                ? "itself"
                : printable(certificate.getIssuerX500Principal().getName()),
            DAY.format(certificate.getNotBefore().toInstant()),
            DAY.format(certificate.getNotAfter().toInstant()));
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}

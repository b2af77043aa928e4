package com.iottly.platform.access;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.data.SecretBox;
import com.iottly.platform.sql.Database;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Client certificates of devices (RFC 5280), beside their tokens: who has copied a token can't
 * connect without the key, which never left the device. A certificate belongs to one token
 * generation, so what voids the token voids it as well. Any thread but an event loop.
 */
public final class DeviceCertificates {

  private static final String NAME = "urn:iottly:device:";
  private static final int URI = 6;

  /** Whether devices have to show a certificate. */
  public enum Demand {
    /** None is issued, asked for or looked at. */
    OFF,
    /** A device may show one; then it must not be another device's. */
    OPTIONAL,
    /** Nobody connects without. */
    REQUIRED
  }

  /**
   * What the operator decides.
   *
   * @param validity of each certificate
   */
  public record Settings(Demand demand, Duration validity) {

    /** No certificates; 90 days. */
    public static Settings defaults() {
      return new Settings(Demand.OFF, Duration.ofDays(90));
    }
  }

  /** Why a device may not connect, though its token is good. */
  public enum Flaw {
    MISSING(
        "certificate_missing",
        "This platform wants a client certificate as well as the token, and none was shown."),
    FOREIGN(
        "certificate_foreign",
        "The client certificate is of another authority than this platform's."),
    EXPIRED("certificate_expired", "The client certificate is not valid any more."),
    OTHER_DEVICE(
        "certificate_of_other_device",
        "The client certificate is another device's than the token."),
    REVOKED(
        "certificate_revoked",
        "The client certificate belongs to an earlier token of this device, which is void.");

    private final String code;
    private final String sentence;

    Flaw(String code, String sentence) {
      this.code = code;
      this.sentence = sentence;
    }

    /** A stable name of it. */
    public String code() {
      return code;
    }

    /** It in words and what to do, for the person at the device. */
    public String sentence() {
      return sentence + " Provision the device again.";
    }
  }

  private final Database database;
  private final SecretBox box;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Settings settings;
  private volatile @Nullable DeviceAuthority authority;

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public DeviceCertificates(
      Database database,
      SecretBox box,
      InstantSource clock,
      SecureRandom random,
      Settings settings) {
    this.database = database;
    this.box = box;
    this.clock = clock;
    this.random = random;
    this.settings = settings;
  }

  /** Whether devices may, or must, show one. */
  public Demand demand() {
    return settings.demand();
  }

  /** The authority's own certificate, which tells devices which of theirs is asked for. */
  public X509Certificate authority() {
    return theAuthority().certificate();
  }

  /**
   * A certificate in PEM for the device's token of that generation; empty when none are issued.
   *
   * @param request the key it is for
   */
  public Optional<String> issue(DeviceId device, long generation, CertificateRequest request) {
    return settings.demand() == Demand.OFF
        ? Optional.empty()
        : Optional.of(
            pem(
                theAuthority()
                    .issue(
                        request.key(),
                        device.toString(),
                        NAME + device + ":" + generation,
                        clock.instant(),
                        settings.validity(),
                        random)));
  }

  /**
   * What keeps a device with a good token out, if anything does. Costs no SQL once warm.
   *
   * @param shown what its connection proved to have the key of
   * @param generation that of the token
   */
  public Optional<Flaw> flaw(Optional<X509Certificate> shown, DeviceId device, long generation) {
    return switch (settings.demand()) {
      case OFF -> Optional.empty();
      case OPTIONAL ->
          shown.flatMap(one -> flaw(one, device, generation)).filter(Flaw.OTHER_DEVICE::equals);
      case REQUIRED ->
          shown.isEmpty() ? Optional.of(Flaw.MISSING) : flaw(shown.get(), device, generation);
    };
  }

  private Optional<Flaw> flaw(X509Certificate shown, DeviceId device, long generation) {
    if (!theAuthority().issued(shown)) {
      return Optional.of(Flaw.FOREIGN);
    }
    String name = name(shown);
    if (!name.startsWith(NAME + device + ":")) {
      return Optional.of(Flaw.OTHER_DEVICE);
    }
    Instant now = clock.instant();
    if (now.isAfter(shown.getNotAfter().toInstant())
        || now.isBefore(shown.getNotBefore().toInstant())) {
      return Optional.of(Flaw.EXPIRED);
    }
    return name.equals(NAME + device + ":" + generation)
        ? Optional.empty()
        : Optional.of(Flaw.REVOKED);
  }

  private static String name(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? ""
          : names.stream()
              .filter(name -> Integer.valueOf(URI).equals(name.getFirst()))
              .map(name -> String.valueOf(name.getLast()))
              .findFirst()
              .orElse("");
    } catch (CertificateParsingException e) {
      return "";
    }
  }

  private DeviceAuthority theAuthority() {
    DeviceAuthority known = authority;
    if (known == null) {
      known = DeviceAuthority.in(database, box, clock.instant(), random);
      authority = known;
    }
    return known;
  }

  private static String pem(X509Certificate certificate) {
    try {
      byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, lineEnd).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new AccessException("a certificate can't be written", e);
    }
  }
}

package com.iottly.platform.access;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.data.SecretBox;
import com.iottly.platform.sql.Database;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jdbi.v3.core.Handle;

/**
 * The certificate authority of this installation, for the client certificates of its devices alone.
 * Made when it is first needed; its key is encrypted in the database.
 *
 * @param certificate its own, good for {@value #YEARS} years
 */
record DeviceAuthority(X509Certificate certificate, PrivateKey key) {

  private static final int YEARS = 30;
  private static final int SERIAL_BITS = 127;
  private static final String PLACE = "device_authority";
  private static final String ALGORITHM = "SHA256withECDSA";

  /** A clock that is a little behind must not refuse what was just made. */
  private static final Duration EARLIER = Duration.ofHours(1);

  /** The one in the database, which is put there when it has none. */
  static DeviceAuthority in(Database database, SecretBox box, Instant now, SecureRandom random) {
    return database
        .read(handle -> stored(handle, box))
        .orElseGet(() ->
            database.write(
                handle -> stored(handle, box).orElseGet(() -> make(handle, box, now, random))));
  }

  private static Optional<DeviceAuthority> stored(Handle handle, SecretBox box) {
    return handle
        .createQuery("SELECT certificate, private_key FROM device_authority")
        .map((row, _) -> read(row.getString("certificate"), box.open(PLACE, row.getString(2))))
        .findOne();
  }

  private static DeviceAuthority read(String certificate, String key) {
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      var encoded = new ByteArrayInputStream(base64.decode(certificate));
      return new DeviceAuthority(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(encoded),
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(base64.decode(key))));
    } catch (GeneralSecurityException e) {
      throw new AccessException("the stored authority of devices can't be read", e);
    }
  }

  private static DeviceAuthority make(
      Handle handle, SecretBox box, Instant now, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      var serial = new BigInteger(SERIAL_BITS, random);
      var self = new X500Principal("CN=Iottly devices " + serial.toString(16).substring(0, 8));
      var builder =
          new JcaX509v3CertificateBuilder(
                  self,
                  serial,
                  Date.from(now.minus(EARLIER)),
                  Date.from(now.plus(Duration.ofDays(365L * YEARS))),
                  self,
                  pair.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      X509Certificate certificate = sign(builder, pair.getPrivate(), random);
      Base64.Encoder base64 = Base64.getEncoder();
      handle
          .createUpdate(
              """
              INSERT INTO device_authority (id, certificate, private_key, created)
              VALUES (1, :certificate, :key, :created)
              """)
          .bind("certificate", base64.encodeToString(certificate.getEncoded()))
          .bind("key", box.seal(PLACE, base64.encodeToString(pair.getPrivate().getEncoded())))
          .bind("created", now.toEpochMilli())
          .execute();
      AuditLog.note(handle, now, null, "device_authority.create", self.getName(), "");
      return new DeviceAuthority(certificate, pair.getPrivate());
    } catch (GeneralSecurityException | CertIOException e) {
      throw new AccessException("an authority of devices can't be made", e);
    }
  }

  /**
   * A certificate for TLS clients.
   *
   * @param name the common name
   * @param uri what it stands for, as a subject alternative name
   */
  X509Certificate issue(
      PublicKey subject,
      String name,
      String uri,
      Instant now,
      Duration validity,
      SecureRandom random) {
    try {
      var extensions = new JcaX509ExtensionUtils();
      var builder =
          new JcaX509v3CertificateBuilder(
                  certificate,
                  new BigInteger(SERIAL_BITS, random),
                  Date.from(now.minus(EARLIER)),
                  Date.from(now.plus(validity)),
                  new X500Principal("CN=" + name),
                  subject)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  extensions.createAuthorityKeyIdentifier(certificate))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      return sign(builder, key, random);
    } catch (GeneralSecurityException | CertIOException e) {
      throw new AccessException("a device's certificate can't be made", e);
    }
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder, PrivateKey key, SecureRandom random)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder(ALGORITHM).setSecureRandom(random).build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** Whether this authority signed it. */
  boolean issued(X509Certificate other) {
    if (!other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal())) {
      return false;
    }
    try {
      other.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "DeviceAuthority[" + certificate.getSubjectX500Principal() + "]";
  }
}

package com.iottly.agent.net;

import com.iottly.agent.disk.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.util.List;

/**
 * A new key of this machine (EC P-256) and the request for a certificate (PKCS #10, RFC 2986) that
 * goes with it. The key goes into a file beside the certificate and nowhere else.
 */
public final class KeyRequest {

  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int ATTRIBUTES = 0xa0;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  /** The object identifier ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
  };

  private final KeyPair pair;

  private KeyRequest(KeyPair pair) {
    this.pair = pair;
  }

  /** With a key of its own. */
  public static KeyRequest make() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new KeyRequest(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  /** The request in PEM. It names nobody: the token that goes with it does. */
  public String pem() {
    try {
      byte[] info =
          der(SEQUENCE, VERSION_0, der(SEQUENCE), pair.getPublic().getEncoded(), der(ATTRIBUTES));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate());
      signature.update(info);
      byte[] request =
          der(
              SEQUENCE,
              info,
              der(SEQUENCE, ECDSA_WITH_SHA256),
              der(BIT_STRING, new byte[] {0}, signature.sign()));
      return Pem.write(request, "CERTIFICATE REQUEST");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a fresh key can't sign", e);
    }
  }

  /**
   * Writes key and certificate into one file, for its owner alone: both are the new ones or both
   * the old ones, whatever happens.
   *
   * @param certificate the answer to {@link #pem}, in PEM
   * @throws IOException when it can't be written, or the certificate is not for this key
   */
  public void keep(Path file, String certificate) throws IOException {
    if (!isForThisKey(certificate)) {
      throw new IOException("the platform's certificate is not for the key that was sent");
    }
    String key = Pem.write(pair.getPrivate().getEncoded(), "PRIVATE KEY");
    AtomicFile.writeForOwner(file, key + certificate);
  }

  private boolean isForThisKey(String certificate) {
    try {
      List<byte[]> found = Pem.read(certificate, "CERTIFICATE");
      return !found.isEmpty()
          && CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(found.getFirst()))
              .getPublicKey()
              .equals(pair.getPublic());
    } catch (CertificateException e) {
      return false;
    }
  }

  /** An element of DER (X.690): tag, length, content. */
  private static byte[] der(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    var element = new ByteArrayOutputStream();
    element.write(tag);
    int length = content.size();
    if (length >= 0x100) {
      element.write(0x82);
      element.write(length >> 8);
    } else if (length >= 0x80) {
      element.write(0x81);
    }
    element.write(length);
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }
}

package com.iottly.platform.access;

import java.io.IOException;
import java.io.StringReader;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/**
 * What a device asks a certificate with: a PKCS #10 request (RFC 2986) in PEM, of which only the
 * key counts. Who the certificate is for, its token says.
 *
 * @param key the device's public key, whose private part signed the request
 */
public record CertificateRequest(PublicKey key) {

  /** The largest request that is looked at, in characters. */
  public static final int MAX_LENGTH = 8 << 10;

  /** What is asked for, in words. */
  public static final String ALLOWED =
      "a PKCS #10 certificate request in PEM, at most "
          + MAX_LENGTH
          + " characters, signed with its own key: EC P-256 or P-384, or RSA of 2048 to 4096 bits";

  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 4096;

  /** The request in this text, when it is one, its signature is right and its key is strong. */
  public static Optional<CertificateRequest> parse(String pem) {
    if (pem.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (!(parser.readObject() instanceof PKCS10CertificationRequest request)) {
        return Optional.empty();
      }
      PublicKey key = new JcaPEMKeyConverter().getPublicKey(request.getSubjectPublicKeyInfo());
      boolean good =
          isStrong(key)
              && request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
      return good ? Optional.of(new CertificateRequest(key)) : Optional.empty();
    } catch (PEMException | OperatorCreationException | PKCSException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      // Not PEM, or not the ASN.1 it should be: the parser says so in many ways.
      return Optional.empty();
    }
  }

  private static boolean isStrong(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec -> {
        int bits = ec.getParams().getCurve().getField().getFieldSize();
        yield bits == 256 || bits == 384;
      }
      case RSAPublicKey rsa -> {
        int bits = rsa.getModulus().bitLength();
        yield bits >= LEAST_RSA_BITS && bits <= MOST_RSA_BITS;
      }
      default -> false;
    };
  }
}

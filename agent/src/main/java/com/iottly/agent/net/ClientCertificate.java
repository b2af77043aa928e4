package com.iottly.agent.net;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What this machine shows to a server that asks for a certificate: always this one, when the server
 * names its issuer or none. Any thread.
 */
public final class ClientCertificate extends X509ExtendedKeyManager {

  private static final String ALIAS = "client";

  private final X509Certificate[] chain;
  private final PrivateKey key;

  private ClientCertificate(List<X509Certificate> chain, PrivateKey key) {
    this.chain = chain.toArray(X509Certificate[]::new);
    this.key = key;
  }

  /**
   * Reads certificate and key, which may be in one file.
   *
   * @throws ConfigException when they can't be used, with which file and what to do
   */
  public static ClientCertificate of(AgentConfig.ClientFiles files) {
    List<X509Certificate> chain = chain(files.certificate());
    PrivateKey key = key(files.key());
    if (!belongTogether(chain.getFirst().getPublicKey(), key)) {
      throw unusable(files.key(), "is not the key of the certificate in " + files.certificate());
    }
    return new ClientCertificate(chain, key);
  }

  private static List<X509Certificate> chain(Path file) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var chain = new ArrayList<X509Certificate>();
      for (byte[] der : Pem.read(text(file), "CERTIFICATE")) {
        chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
      if (chain.isEmpty()) {
        throw unusable(file, "has no certificate in PEM in it");
      }
      return chain;
    } catch (CertificateException e) {
      throw unusable(file, "can't be used: " + e.getMessage());
    }
  }

  private static PrivateKey key(Path file) {
    try {
      List<byte[]> keys = Pem.read(text(file), "PRIVATE KEY");
      if (keys.size() != 1) {
        throw unusable(
            file,
            "must have one private key in PEM as PKCS #8, without a password; openssl pkcs8 -topk8"
                + " -nocrypt makes one of other forms");
      }
      for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
        Optional<PrivateKey> key = key(algorithm, keys.getFirst());
        if (key.isPresent()) {
          return key.get();
        }
      }
      throw unusable(file, "has a key that is neither EC nor RSA nor EdDSA, or is damaged");
    } catch (GeneralSecurityException e) {
      throw unusable(file, "can't be used: " + e.getMessage());
    }
  }

  private static Optional<PrivateKey> key(String algorithm, byte[] der)
      throws GeneralSecurityException {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw unusable(file, "does not exist");
    } catch (IOException e) {
      throw unusable(file, "can't be read: " + e.getMessage());
    }
  }

  private static ConfigException unusable(Path file, String why) {
    return new ConfigException(
        "[security] client_certificate and client_key: %s %s".formatted(file, why));
  }

  private static boolean belongTogether(PublicKey certified, PrivateKey key) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] probe = new byte[32];
    new SecureRandom().nextBytes(probe);
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The certificate itself, without those of its issuers. */
  public X509Certificate certificate() {
    return chain[0];
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    boolean wanted =
        issuers == null
            || issuers.length == 0
            || Stream.of(chain)
                .anyMatch(one -> List.of(issuers).contains(one.getIssuerX500Principal()));
    return wanted && List.of(keyTypes).contains(key.getAlgorithm()) ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return alias.equals(ALIAS) ? chain.clone() : null;
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return alias.equals(ALIAS) ? key : null;
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }
}

package com.iottly.agent.update;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The public half of the key that releases are signed with (Ed25519, RFC 8032). */
final class ReleaseKey {

  private static final String ALGORITHM = "Ed25519";

  private final PublicKey key;

  private ReleaseKey(PublicKey key) {
    this.key = key;
  }

  /**
   * The key in a PEM file.
   *
   * @throws UpdateException when there is none
   */
  static ReleaseKey read(Path file) {
    try {
      String body = Files.readString(file).replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "");
      byte[] der = Base64.getMimeDecoder().decode(body);
      return new ReleaseKey(
          KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
    } catch (NoSuchFileException e) {
      throw new UpdateException(
          "this agent was packaged without a release key, so it can't tell whose updates to trust;"
              + " install the new package by hand",
          e);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new UpdateException(file + " is no Ed25519 public key in PEM (" + e + ")", e);
    }
  }

  /**
   * Checks who signed.
   *
   * @param signature in Base64
   * @throws UpdateException when it was not the owner of this key, or the bytes are others
   */
  void requireSigned(byte[] bytes, byte[] signature) {
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(key);
      check.update(bytes);
      String base64 = new String(signature, StandardCharsets.US_ASCII).strip();
      if (!check.verify(Base64.getDecoder().decode(base64))) {
        throw new SignatureException("it does not fit");
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UpdateException(
          "the release's signature is not by the key this agent trusts; nothing was changed", e);
    }
  }
}

package com.iottly.platform.data;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what must be kept but not be readable in a copy of the database: AES-256-GCM (NIST SP
 * 800-38D) with a key that lies in a file beside it, for the owner alone, and a random nonce each
 * time. Any thread.
 */
public final class SecretBox {

  static final String KEY_FILE = "secrets.key";

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte VERSION = 1;

  private final Path file;
  private final SecretKey key;
  private final SecureRandom random;

  private SecretBox(Path file, byte[] key, SecureRandom random) {
    this.file = file;
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  /**
   * The box of this data folder, which gets a key when it has none.
   *
   * @throws DataDirectoryException when the key can't be read or made
   */
  public static SecretBox of(DataDirectory data, SecureRandom random) {
    Path file = data.path().resolve(KEY_FILE);
    try {
      return new SecretBox(file, read(file), random);
    } catch (NoSuchFileException e) {
      return new SecretBox(file, make(file, random), random);
    } catch (IOException e) {
      throw new DataDirectoryException("the key file %s can't be read".formatted(file), e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new DataDirectoryException(
          "the key file %s is damaged: it has %d bytes, not %d; restore it from a backup"
              .formatted(file, key.length, KEY_BYTES));
    }
    return key;
  }

  private static byte[] make(Path file, SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    Path half = file.resolveSibling(KEY_FILE + ".new");
    try {
      Files.deleteIfExists(half);
      try (FileChannel channel =
          FileChannel.open(
              half,
              Set.of(CREATE_NEW, WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        int _ = channel.write(ByteBuffer.wrap(key));
        channel.force(true);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
      return key;
    } catch (IOException e) {
      throw new DataDirectoryException("the key file %s can't be made".formatted(file), e);
    }
  }

  /**
   * The secret, encrypted.
   *
   * @param place what it belongs to; it can be opened for that place only
   */
  public String seal(String place, String secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, place)
              .doFinal(secret.getBytes(StandardCharsets.UTF_8));
      byte[] all =
          ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
              .put(VERSION)
              .put(nonce)
              .put(sealed)
              .array();
      return Base64.getEncoder().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is part of every JDK", e);
    }
  }

  /**
   * The secret again.
   *
   * @throws DataDirectoryException when it was sealed with another key, or for another place
   */
  public String open(String place, String sealed) {
    try {
      byte[] all = Base64.getDecoder().decode(sealed);
      byte[] nonce = new byte[NONCE_BYTES];
      ByteBuffer.wrap(all).get(1, nonce);
      int head = 1 + NONCE_BYTES;
      byte[] secret =
          cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(all, head, all.length - head);
      return new String(secret, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new DataDirectoryException(
          "a secret in the database can't be decrypted with the key file %s: restore the key file that belongs to this database"
              .formatted(file),
          e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

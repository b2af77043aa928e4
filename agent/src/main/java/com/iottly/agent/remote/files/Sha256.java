package com.iottly.agent.remote.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of bytes as they pass by. One thread at a time. */
final class Sha256 {

  private static final int CHUNK = 64 * 1024;

  private final MessageDigest digest;

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void add(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  /** The first bytes of a file; its position stays. */
  void add(FileChannel file, long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    long at = 0;
    while (at < length) {
      bytes.clear().limit((int) Math.min(CHUNK, length - at));
      int read = file.read(bytes, at);
      if (read < 0) {
        throw new IOException("the file became shorter while it was read");
      }
      add(bytes.array(), read);
      at += read;
    }
  }

  /** Of all that was added, once. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}

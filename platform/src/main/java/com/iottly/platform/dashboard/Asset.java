package com.iottly.platform.dashboard;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A file of the dashboard, with what the build compressed of it.
 *
 * @param type its media type
 * @param version changes with its content
 * @param bodies the file as it is, and smaller ones
 */
record Asset(String type, String version, Map<Encoding, Buffer> bodies) {

  private static final String FOLDER = "/dashboard";
  private static final int VERSION_BYTES = 9;
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "webmanifest", "application/manifest+json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8");

  /**
   * Reads the file at that path; blocks.
   *
   * @return empty when there is none, or it is of no type that we serve
   */
  static Optional<Asset> read(String path) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    Optional<Buffer> plain = type == null ? Optional.empty() : bytes(path);
    return plain.map(body -> {
      Map<Encoding, Buffer> bodies = new EnumMap<>(Encoding.class);
      for (Encoding encoding : Encoding.values()) {
        bytes(path + encoding.suffix()).ifPresent(smaller -> bodies.put(encoding, smaller));
      }
      return new Asset(String.valueOf(type), version(body), bodies);
    });
  }

  private static Optional<Buffer> bytes(String path) {
    try (InputStream in = Asset.class.getResourceAsStream(FOLDER + path)) {
      return in == null ? Optional.empty() : Optional.of(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("the file " + FOLDER + path + " can't be read", e);
    }
  }

  private static String version(Buffer body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
      return HexFormat.of().formatHex(digest, 0, VERSION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The smallest that a client with that {@code Accept-Encoding} takes. */
  Encoding encoding(String accepted) {
    for (Encoding encoding : Encoding.values()) {
      if (bodies.containsKey(encoding) && encoding.isIn(accepted)) {
        return encoding;
      }
    }
    return Encoding.IDENTITY;
  }

  Buffer body(Encoding encoding) {
    Buffer body = bodies.get(encoding);
    if (body == null) {
      throw new IllegalStateException("the file was not made in " + encoding);
    }
    return body;
  }

  /** The entity tag of that form (RFC 9110 §8.8.3). */
  String tag(Encoding encoding) {
    return '"' + version + encoding.suffix() + '"';
  }

  /** How a file may be packed, the smallest first. */
  enum Encoding {
    BROTLI("br", ".br"),
    GZIP("gzip", ".gz"),
    IDENTITY("identity", "");

    private final String token;
    private final String suffix;

    Encoding(String token, String suffix) {
      this.token = token;
      this.suffix = suffix;
    }

    String token() {
      return token;
    }

    String suffix() {
      return suffix;
    }

    /** Whether that header names it and does not refuse it (RFC 9110 §12.5.3). */
    private boolean isIn(String accepted) {
      for (String item : accepted.split(",", -1)) {
        String[] parts = item.strip().split("\\s*;\\s*", -1);
        boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
        if (parts[0].equalsIgnoreCase(token) && !refused) {
          return true;
        }
      }
      return false;
    }
  }
}

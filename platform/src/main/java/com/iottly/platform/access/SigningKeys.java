package com.iottly.platform.access;

import com.iottly.platform.access.DeviceTokens.SigningKey;
import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.sql.Database;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The RSA keys behind device tokens. The newest key that is not retired signs; all that are not
 * retired verify. Kept in memory after the first use and read again when a token names a key that
 * is not known, though not more often than every {@link #REREAD_AFTER}.
 */
final class SigningKeys {

  static final int BITS = 2048;
  static final Duration REREAD_AFTER = Duration.ofSeconds(5);

  /** The key that signs. */
  record Signer(String id, PrivateKey key) {}

  private record Row(
      String id, String privateKey, String publicKey, long created, boolean retired) {}

  private record Ring(@Nullable Signer signer, Map<String, PublicKey> verifiers, long read) {}

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;
  private volatile @Nullable Ring ring;

  SigningKeys(Database database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  Signer signer() {
    Signer signer = ring().signer();
    if (signer != null) {
      return signer;
    }
    Ring filled =
        publish(
            database.write(handle -> {
              List<Row> rows = rows(handle);
              if (rows.stream().noneMatch(row -> !row.retired())) {
                rows.add(insertNew(handle, rows));
              }
              return rows;
            }));
    Signer made = filled.signer();
    if (made == null) {
      throw new IllegalStateException("a signing key was just made");
    }
    return made;
  }

  Optional<PublicKey> verifier(String id) {
    Ring known = ring();
    PublicKey key = known.verifiers().get(id);
    if (key == null && clock.millis() - known.read() >= REREAD_AFTER.toMillis()) {
      key = reread().verifiers().get(id);
    }
    return Optional.ofNullable(key);
  }

  SigningKey rotate() {
    List<Row> rows =
        database.write(handle -> {
          List<Row> present = rows(handle);
          Row made = insertNew(handle, present);
          present.add(made);
          AuditLog.note(handle, clock.instant(), null, "signing_key.rotate", made.id(), "");
          return present;
        });
    publish(rows);
    return describe(rows).getLast();
  }

  boolean retire(String id) {
    List<Row> rows =
        database.write(handle -> {
          boolean signs =
              describe(rows(handle)).stream().anyMatch(k -> k.signing() && k.id().equals(id));
          if (!signs) {
            int retired =
                handle
                    .createUpdate(
                        "UPDATE signing_key SET retired = :now WHERE id = :id AND retired IS NULL")
                    .bind("now", clock.millis())
                    .bind("id", id)
                    .execute();
            if (retired == 1) {
              AuditLog.note(handle, clock.instant(), null, "signing_key.retire", id, "");
            }
          }
          return rows(handle);
        });
    publish(rows);
    return rows.stream().anyMatch(row -> row.id().equals(id) && row.retired());
  }

  List<SigningKey> list() {
    return describe(database.read(SigningKeys::rows));
  }

  private Ring ring() {
    Ring known = ring;
    return known != null ? known : reread();
  }

  private Ring reread() {
    return publish(database.read(SigningKeys::rows));
  }

  private Ring publish(List<Row> rows) {
    Signer signer = null;
    Map<String, PublicKey> verifiers = new HashMap<>();
    for (Row row : rows) {
      if (!row.retired()) {
        signer = new Signer(row.id(), privateKey(row));
        verifiers.put(row.id(), publicKey(row));
      }
    }
    Ring fresh = new Ring(signer, Map.copyOf(verifiers), clock.millis());
    ring = fresh;
    return fresh;
  }

  private static List<SigningKey> describe(List<Row> rows) {
    String signing =
        rows.stream().filter(row -> !row.retired()).map(Row::id).reduce("", (_, last) -> last);
    return rows.stream()
        .map(row ->
            new SigningKey(
                row.id(),
                Instant.ofEpochMilli(row.created()),
                row.id().equals(signing),
                row.retired()))
        .toList();
  }

  /** Oldest first. */
  private static List<Row> rows(Handle handle) {
    return new ArrayList<>(
        handle
            .createQuery("SELECT * FROM signing_key ORDER BY created, id")
            .map((row, _) ->
                new Row(
                    row.getString("id"),
                    row.getString("private_key"),
                    row.getString("public_key"),
                    row.getLong("created"),
                    row.getObject("retired") != null))
            .list());
  }

  /** Makes a key that is newer than all present ones, whatever the clock says. */
  private Row insertNew(Handle handle, List<Row> present) {
    KeyPair pair = generate();
    Base64.Encoder base64 = Base64.getEncoder();
    long newest = present.isEmpty() ? 0 : present.getLast().created();
    Row row =
        new Row(
            HexFormat.of().toHexDigits(random.nextLong()),
            base64.encodeToString(pair.getPrivate().getEncoded()),
            base64.encodeToString(pair.getPublic().getEncoded()),
            Math.max(clock.millis(), newest + 1),
            false);
    handle
        .createUpdate(
            """
            INSERT INTO signing_key (id, private_key, public_key, created)
            VALUES (:id, :private, :public, :created)
            """)
        .bind("id", row.id())
        .bind("private", row.privateKey())
        .bind("public", row.publicKey())
        .bind("created", row.created())
        .execute();
    return row;
  }

  private KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AccessException("an RSA key can't be made", e);
    }
  }

  private static PrivateKey privateKey(Row row) {
    try {
      byte[] encoded = Base64.getDecoder().decode(row.privateKey());
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new AccessException("the stored signing key " + row.id() + " can't be read", e);
    }
  }

  private static PublicKey publicKey(Row row) {
    try {
      byte[] encoded = Base64.getDecoder().decode(row.publicKey());
      return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new AccessException("the stored signing key " + row.id() + " can't be read", e);
    }
  }
}

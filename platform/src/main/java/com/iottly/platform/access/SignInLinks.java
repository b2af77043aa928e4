package com.iottly.platform.access;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.Sha256;
import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/**
 * Links that sign a user in without a password: 256 random bits, good once and not for long, kept
 * as hashes. Only who has the data folder makes them. Any thread; blocks on disk.
 */
public final class SignInLinks {

  /** How long a link is good. */
  public static final Duration VALIDITY = Duration.ofMinutes(10);

  private static final int TOKEN_BYTES = 32;

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public SignInLinks(Database database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /** The token of a new link; empty when there is no such user. Seen here and never again. */
  public Optional<String> issue(String user) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    return database.write(handle -> {
      if (Users.find(handle, user).isEmpty()) {
        return Optional.empty();
      }
      handle
          .createUpdate("DELETE FROM sign_in_link WHERE expires <= :now")
          .bind("now", now.toEpochMilli())
          .execute();
      handle
          .createUpdate(
              "INSERT INTO sign_in_link (hash, user_name, expires) VALUES (:hash, :user, :expires)")
          .bind("hash", Sha256.hex(token))
          .bind("user", user)
          .bind("expires", now.plus(VALIDITY).toEpochMilli())
          .execute();
      AuditLog.note(handle, now, null, "user.link", user, "");
      return Optional.of(token);
    });
  }

  /** Whose link it was; from now on it is used. */
  public Optional<User> redeem(String token) {
    String hash = Sha256.hex(token);
    Instant now = clock.instant();
    return database.write(handle -> {
      Optional<String> user =
          handle
              .createQuery(
                  "SELECT user_name FROM sign_in_link WHERE hash = :hash AND expires > :now")
              .bind("hash", hash)
              .bind("now", now.toEpochMilli())
              .mapTo(String.class)
              .findOne();
      handle
          .createUpdate("DELETE FROM sign_in_link WHERE hash = :hash")
          .bind("hash", hash)
          .execute();
      return user.flatMap(name -> Users.find(handle, name)).map(Users.Account::user);
    });
  }
}

package com.iottly.platform.access;

import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The local users, their passwords kept as Argon2id hashes (RFC 9106). Any thread; blocks on disk
 * and takes tens of milliseconds of CPU where a password is involved.
 */
public final class Users {

  static final int MIN_PASSWORD = 10;
  static final int MAX_PASSWORD = 200;

  private static final Pattern NAME = Pattern.compile("[a-z0-9._@+-]{1,64}");

  /** What became of {@link #create} and {@link #setPassword}. */
  public sealed interface Change {

    /** It is durable. */
    record Done(User user) implements Change {}

    /**
     * It breaks a rule.
     *
     * @param problem a sentence for the caller that names the thing and the fix
     */
    record Refused(String problem) implements Change {}

    /** There is no such user. */
    record Unknown() implements Change {}
  }

  /** What became of {@link #verify}. */
  public sealed interface SignIn {

    /** Name and password belong together. */
    record Accepted(User user) implements SignIn {}

    /** They don't; which of them is wrong is not said, and takes the same work. */
    record Rejected() implements SignIn {}

    /** Too many passwords are being checked: try again in a moment. */
    record Busy() implements SignIn {}
  }

  private record Account(User user, String passwordHash) {}

  private final Database database;
  private final InstantSource clock;
  private final PasswordHash hashes;
  private final Semaphore checks;

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public Users(Database database, InstantSource clock, SecureRandom random, PasswordCost cost) {
    this.database = database;
    this.clock = clock;
    this.hashes = new PasswordHash(random, cost);
    this.checks = new Semaphore(cost.atOnce());
  }

  /**
   * Makes a user.
   *
   * @param name 1 to 64 letters, digits and {@code . _ @ + -}; kept in lower case
   * @param password 10 to 200 characters
   */
  public Change create(String name, String password) {
    String key = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(key).matches()) {
      return new Change.Refused(
          "a user's name must have 1 to 64 letters, digits and . _ @ + -; choose another");
    }
    Optional<String> problem = passwordProblem(password);
    if (problem.isPresent()) {
      return new Change.Refused(problem.get());
    }
    User user = new User(key, Instant.ofEpochMilli(clock.millis()));
    String hash = hashes.make(password);
    boolean inserted = database.write(handle -> insert(handle, user, hash));
    return inserted
        ? new Change.Done(user)
        : new Change.Refused("there is a user \"" + key + "\" already: choose another name");
  }

  /** Gives the user another password. */
  public Change setPassword(String name, String password) {
    Optional<String> problem = passwordProblem(password);
    if (problem.isPresent()) {
      return new Change.Refused(problem.get());
    }
    String key = name.toLowerCase(Locale.ROOT);
    String hash = hashes.make(password);
    Optional<Account> account =
        database.write(handle -> {
          handle
              .createUpdate("UPDATE user_account SET password = :hash WHERE name = :name")
              .bind("hash", hash)
              .bind("name", key)
              .execute();
          return find(handle, key);
        });
    return account
        .<Change>map(found -> new Change.Done(found.user()))
        .orElseGet(Change.Unknown::new);
  }

  /** Whether that password is that user's. */
  public SignIn verify(String name, String password) {
    String key = name.toLowerCase(Locale.ROOT);
    Account account = database.read(handle -> find(handle, key)).orElse(null);
    if (!checks.tryAcquire()) {
      return new SignIn.Busy();
    }
    boolean right;
    try {
      right = matches(password, account);
    } finally {
      checks.release();
    }
    return right && account != null ? new SignIn.Accepted(account.user()) : new SignIn.Rejected();
  }

  private boolean matches(String password, @Nullable Account account) {
    if (password.length() > MAX_PASSWORD) {
      return false;
    }
    return account == null
        ? hashes.matchesNobody(password)
        : hashes.matches(password, account.passwordHash());
  }

  /** All users by name. */
  public List<User> list() {
    return database.read(handle ->
        handle
            .createQuery("SELECT name, created FROM user_account ORDER BY name")
            .map((row, _) ->
                new User(row.getString("name"), Instant.ofEpochMilli(row.getLong("created"))))
            .list());
  }

  /**
   * Deletes the user.
   *
   * @return whether there was one
   */
  public boolean delete(String name) {
    return database.write(handle ->
        handle
            .createUpdate("DELETE FROM user_account WHERE name = :name")
            .bind("name", name.toLowerCase(Locale.ROOT))
            .execute())
        == 1;
  }

  private static Optional<String> passwordProblem(String password) {
    return password.length() < MIN_PASSWORD || password.length() > MAX_PASSWORD
        ? Optional.of(
            "a password must have %d to %d characters".formatted(MIN_PASSWORD, MAX_PASSWORD))
        : Optional.empty();
  }

  private static boolean insert(Handle handle, User user, String hash) {
    int rows =
        handle
            .createUpdate(
                """
                INSERT INTO user_account (name, password, created) VALUES (:name, :hash, :created)
                ON CONFLICT (name) DO NOTHING
                """)
            .bind("name", user.name())
            .bind("hash", hash)
            .bind("created", user.created().toEpochMilli())
            .execute();
    return rows == 1;
  }

  private static Optional<Account> find(Handle handle, String name) {
    return handle
        .createQuery("SELECT name, password, created FROM user_account WHERE name = :name")
        .bind("name", name)
        .map((row, _) ->
            new Account(
                new User(row.getString("name"), Instant.ofEpochMilli(row.getLong("created"))),
                row.getString("password")))
        .findOne();
  }
}

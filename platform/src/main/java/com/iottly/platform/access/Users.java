package com.iottly.platform.access;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.Like;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
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

  private static final String LAST_ADMINISTRATOR =
      "this is the last administrator: make another one first";
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

  record Account(User user, String passwordHash) {}

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
    return create(name, password, false);
  }

  /**
   * The same.
   *
   * @param administrator whether they look after the whole installation
   */
  public Change create(String name, String password, boolean administrator) {
    return insert(name, password, administrator, false);
  }

  /** Makes the first administrator; unknown when there is one already. */
  Change createFirst(String name, String password) {
    return insert(name, password, true, true);
  }

  private Change insert(String name, String password, boolean administrator, boolean first) {
    String key = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(key).matches()) {
      return new Change.Refused(
          "a user's name must have 1 to 64 letters, digits and . _ @ + -; choose another");
    }
    Optional<String> problem = passwordProblem(password);
    if (problem.isPresent()) {
      return new Change.Refused(problem.get());
    }
    User user = new User(key, administrator, Instant.ofEpochMilli(clock.millis()));
    String hash = hashes.make(password);
    return database.write(handle -> {
      if (first && administrators(handle) > 0) {
        return new Change.Unknown();
      }
      if (!insert(handle, user, hash)) {
        return new Change.Refused("there is a user \"" + key + "\" already: choose another name");
      }
      note(handle, "user.create", key, administrator ? "administrator" : "");
      return new Change.Done(user);
    });
  }

  private void note(Handle handle, String action, String user, String detail) {
    AuditLog.note(handle, clock.instant(), null, action, user, detail);
  }

  /** Gives the user another password; they are signed out everywhere. */
  public Change setPassword(String name, String password) {
    return setPassword(name, password, null);
  }

  /** The same, but they stay signed in in that session. */
  public Change setPassword(String name, String password, @Nullable UUID kept) {
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
          Sessions.endOthers(handle, key, kept);
          Optional<Account> found = find(handle, key);
          found.ifPresent(_ -> note(handle, "user.password", key, ""));
          return found;
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
    return list("", "", Integer.MAX_VALUE);
  }

  /**
   * Up to {@code limit} users by name.
   *
   * @param search what their names contain
   * @param after only those behind this name
   */
  public List<User> list(String search, String after, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT * FROM user_account
                WHERE name > :after AND name LIKE :search ESCAPE '!'
                ORDER BY name LIMIT :limit
                """)
            .bind("after", after)
            .bind("search", Like.containing(search.toLowerCase(Locale.ROOT)))
            .bind("limit", limit)
            .map((row, _) -> user(row))
            .list());
  }

  /** The user of that name. */
  public Optional<User> find(String name) {
    return database.read(handle -> find(handle, name.toLowerCase(Locale.ROOT))).map(Account::user);
  }

  /** Whether somebody looks after the installation. */
  public boolean hasAdministrator() {
    return database.read(Users::administrators) > 0;
  }

  /** Makes the user an administrator, or none any more; the last one stays. */
  public Change setAdministrator(String name, boolean administrator) {
    String key = name.toLowerCase(Locale.ROOT);
    return database.write(handle -> {
      Optional<Account> found = find(handle, key);
      if (found.isEmpty()) {
        return new Change.Unknown();
      }
      if (!administrator && isLastAdministrator(handle, found.get().user())) {
        return new Change.Refused(LAST_ADMINISTRATOR);
      }
      handle
          .createUpdate("UPDATE user_account SET administrator = :administrator WHERE name = :name")
          .bind("administrator", administrator ? 1 : 0)
          .bind("name", key)
          .execute();
      note(handle, "user.update", key, administrator ? "administrator" : "no administrator");
      return new Change.Done(new User(key, administrator, found.get().user().created()));
    });
  }

  /** Deletes the user, who is signed out everywhere; the last administrator stays. */
  public Change delete(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    return database.write(handle -> {
      Optional<Account> found = find(handle, key);
      if (found.isEmpty()) {
        return new Change.Unknown();
      }
      if (isLastAdministrator(handle, found.get().user())) {
        return new Change.Refused(LAST_ADMINISTRATOR);
      }
      handle
          .createUpdate("DELETE FROM user_account WHERE name = :name")
          .bind("name", key)
          .execute();
      note(handle, "user.delete", key, "");
      return new Change.Done(found.get().user());
    });
  }

  private static boolean isLastAdministrator(Handle handle, User user) {
    return user.administrator() && administrators(handle) == 1;
  }

  private static int administrators(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM user_account WHERE administrator = 1")
        .map((row, _) -> row.getInt(1))
        .one();
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
                INSERT INTO user_account (name, password, administrator, created)
                VALUES (:name, :hash, :administrator, :created)
                ON CONFLICT (name) DO NOTHING
                """)
            .bind("name", user.name())
            .bind("hash", hash)
            .bind("administrator", user.administrator() ? 1 : 0)
            .bind("created", user.created().toEpochMilli())
            .execute();
    return rows == 1;
  }

  static Optional<Account> find(Handle handle, String name) {
    return handle
        .createQuery("SELECT * FROM user_account WHERE name = :name")
        .bind("name", name)
        .map((row, _) -> new Account(user(row), row.getString("password")))
        .findOne();
  }

  private static User user(ResultSet row) throws SQLException {
    return new User(
        row.getString("name"),
        row.getInt("administrator") == 1,
        Instant.ofEpochMilli(row.getLong("created")));
  }
}

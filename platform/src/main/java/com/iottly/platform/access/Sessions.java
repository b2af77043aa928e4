package com.iottly.platform.access;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.Sha256;
import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in. A session's secret, 256 random bits, is known to the browser alone; here is its
 * hash. Any thread; blocks on disk.
 */
public final class Sessions {

  private static final int SECRET_BYTES = 32;
  private static final int MAX_CLIENT = 200;
  private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
  private static final String SELECT =
      """
      SELECT s.id, s.created, s.last_used, s.address, s.client,
        u.name AS user_name, u.administrator, u.created AS user_created
      FROM user_session s JOIN user_account u ON u.name = s.user_name
      """;

  /**
   * A session that was just opened.
   *
   * @param secret what the browser keeps; seen here and never again
   */
  public record Opened(UserSession session, String secret) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "Opened[session=" + session + "]";
    }
  }

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;
  private final SessionLimits limits;
  private final List<Consumer<UUID>> endListeners = new CopyOnWriteArrayList<>();

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public Sessions(
      Database database, InstantSource clock, SecureRandom random, SessionLimits limits) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.limits = limits;
  }

  /** How long a session lasts at most. */
  public Duration life() {
    return limits.life();
  }

  /** Signs that user in; empty when they were deleted meanwhile. */
  public Optional<Opened> open(User user, String address, String client) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = Instant.ofEpochMilli(clock.millis());
    String shown = client.length() > MAX_CLIENT ? client.substring(0, MAX_CLIENT) : client;
    UserSession session = new UserSession(RandomIds.uuid(random), user, now, now, address, shown);
    return database.write(handle -> {
      if (Users.find(handle, user.name()).isEmpty()) {
        return Optional.empty();
      }
      forgetEnded(handle, now);
      insert(handle, session, Sha256.hex(secret));
      dropOldest(handle, user.name());
      AuditLog.note(handle, now, null, "session.open", user.name(), shown);
      return Optional.of(new Opened(session, secret));
    });
  }

  /** The session of that secret, while it lasts; notes its use once a minute. */
  public Optional<UserSession> find(String secret) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    Optional<UserSession> found =
        database.read(handle ->
            handle
                .createQuery(SELECT + "WHERE s.hash = :hash")
                .bind("hash", Sha256.hex(secret))
                .map((row, _) -> session(row))
                .findOne());
    Optional<UserSession> live = found.filter(session -> lasts(session, now));
    live.filter(session -> !now.isBefore(session.lastUsed().plus(USE_NOTED_EVERY)))
        .ifPresent(session ->
            database.write(handle ->
                handle
                    .createUpdate("UPDATE user_session SET last_used = :now WHERE id = :id")
                    .bind("now", now.toEpochMilli())
                    .bind("id", session.id().toString())
                    .execute()));
    return live;
  }

  private boolean lasts(UserSession session, Instant now) {
    return now.isBefore(session.created().plus(limits.life()))
        && now.isBefore(session.lastUsed().plus(limits.idle()));
  }

  /** Whether that session still lasts. */
  public boolean isGood(UserSession session) {
    return list(session.user().name()).stream().anyMatch(kept -> kept.id().equals(session.id()));
  }

  /**
   * Calls the listener after a session was ended by {@link #end}, on the thread that did it; it
   * must return at once and not throw.
   */
  public void onEnded(Consumer<UUID> listener) {
    endListeners.add(listener);
  }

  /** The user's sessions that last, newest first. */
  public List<UserSession> list(String user) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    return database
        .read(handle ->
            handle
                .createQuery(SELECT + "WHERE u.name = :user ORDER BY s.created DESC, s.id")
                .bind("user", user)
                .map((row, _) -> session(row))
                .list())
        .stream()
        .filter(session -> lasts(session, now))
        .toList();
  }

  /**
   * Ends that session of that user.
   *
   * @return whether there was one
   */
  public boolean end(String user, UUID id) {
    boolean ended =
        database.write(handle -> {
          int rows =
              handle
                  .createUpdate("DELETE FROM user_session WHERE id = :id AND user_name = :user")
                  .bind("id", id.toString())
                  .bind("user", user)
                  .execute();
          if (rows == 1) {
            AuditLog.note(handle, clock.instant(), null, "session.end", user, "");
          }
          return rows == 1;
        });
    if (ended) {
      endListeners.forEach(listener -> listener.accept(id));
    }
    return ended;
  }

  /** Ends the user's sessions but that one, in the caller's transaction. */
  static void endOthers(Handle handle, String user, @Nullable UUID kept) {
    handle
        .createUpdate("DELETE FROM user_session WHERE user_name = :user AND id <> :kept")
        .bind("user", user)
        .bind("kept", kept == null ? "" : kept.toString())
        .execute();
  }

  private void forgetEnded(Handle handle, Instant now) {
    handle
        .createUpdate("DELETE FROM user_session WHERE created < :born OR last_used < :used")
        .bind("born", now.minus(limits.life()).toEpochMilli())
        .bind("used", now.minus(limits.idle()).toEpochMilli())
        .execute();
  }

  private void dropOldest(Handle handle, String user) {
    handle
        .createUpdate(
            """
            DELETE FROM user_session WHERE user_name = :user AND id NOT IN (
              SELECT id FROM user_session WHERE user_name = :user
              ORDER BY created DESC, id LIMIT :kept)
            """)
        .bind("user", user)
        .bind("kept", limits.perUser())
        .execute();
  }

  private static void insert(Handle handle, UserSession session, String hash) {
    handle
        .createUpdate(
            """
            INSERT INTO user_session (id, hash, user_name, created, last_used, address, client)
            VALUES (:id, :hash, :user, :created, :created, :address, :client)
            """)
        .bind("id", session.id().toString())
        .bind("hash", hash)
        .bind("user", session.user().name())
        .bind("created", session.created().toEpochMilli())
        .bind("address", session.address())
        .bind("client", session.client())
        .execute();
  }

  private static UserSession session(ResultSet row) throws SQLException {
    return new UserSession(
        UUID.fromString(row.getString("id")),
        new User(
            row.getString("user_name"),
            row.getInt("administrator") == 1,
            Instant.ofEpochMilli(row.getLong("user_created"))),
        Instant.ofEpochMilli(row.getLong("created")),
        Instant.ofEpochMilli(row.getLong("last_used")),
        row.getString("address"),
        row.getString("client"));
  }
}

package com.iottly.platform.access;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.PlainText;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Sha256;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.RowCache;
import com.iottly.platform.sql.SqlException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of the projects (contract §3). A secret is {@code iottly_}, 27 random characters of
 * base 62 (160 bits) and a checksum of 6; see {@link #looksLikeKey}. Any thread; blocks on disk
 * unless said otherwise.
 */
public final class ApiKeys implements AutoCloseable {

  static final int MAX_DESCRIPTION = 200;

  /** How old the noted last use of a key may become before it is noted again. */
  static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

  /** What became of {@link #create}. */
  public sealed interface Creation {

    /**
     * It is durable.
     *
     * @param secret what the caller sends; seen here and never again
     */
    record Created(ApiKey key, String secret) implements Creation {

      /** Without the secret. */
      @Override
      public String toString() {
        return "Created[key=" + key + "]";
      }
    }

    /**
     * It breaks a rule.
     *
     * @param problem a sentence for the caller that names the thing and the fix
     */
    record Refused(String problem) implements Creation {}

    /** There is no such project. */
    record ProjectUnknown() implements Creation {}
  }

  /** What a secret is worth. */
  public sealed interface Verdict {

    /** It is good. */
    record Valid(ApiKey key) implements Verdict {}

    /** It is no key of ours, or a deleted one. */
    record Unknown() implements Verdict {}

    /** It was good once, see {@link ApiKey#expires}. */
    record Expired(ApiKey key) implements Verdict {}
  }

  /**
   * A key in the cache.
   *
   * @param useNoted the moment of the last use that is in SQL, or on its way there
   */
  private record Cached(ApiKey key, AtomicLong useNoted) {}

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;
  private final ApiKeyLimits limits;
  private final RowCache<String, Cached> byHash;
  private final List<Consumer<ApiKey>> deletionListeners = new CopyOnWriteArrayList<>();
  private final ExecutorService useNotes =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("api-key-usage-", 0).factory());

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public ApiKeys(Database database, InstantSource clock, SecureRandom random, ApiKeyLimits limits) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.limits = limits;
    this.byHash = new RowCache<>(limits.cached());
  }

  /**
   * Makes a key.
   *
   * @param description 1 to 200 characters without control characters
   * @param scopes at least one
   * @param expires from when it is void, in the future, or null for never
   */
  public Creation create(
      ProjectId project, String description, Set<Scope> scopes, @Nullable Instant expires) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    Optional<String> problem = problem(description, scopes, expires, now);
    if (problem.isPresent()) {
      return new Creation.Refused(problem.get());
    }
    String secret = KeySecret.make(random);
    Instant end = expires == null ? null : Instant.ofEpochMilli(expires.toEpochMilli());
    UUID id = RandomIds.uuid(random);
    ApiKey key = new ApiKey(id, project, description, scopes, now, end, null);
    return database.write(handle -> {
      if (!ApiKeyRow.projectExists(handle, project)) {
        return new Creation.ProjectUnknown();
      }
      if (ApiKeyRow.count(handle, project) >= limits.keysPerProject()) {
        return new Creation.Refused(
            "the project has %d API keys, which is the most: delete one you no longer use"
                .formatted(limits.keysPerProject()));
      }
      ApiKeyRow.insert(handle, key, Sha256.hex(secret));
      AuditLog.note(handle, now, project, "key.create", id.toString(), description);
      return new Creation.Created(key, secret);
    });
  }

  private static Optional<String> problem(
      String description, Set<Scope> scopes, @Nullable Instant expires, Instant now) {
    if (scopes.isEmpty()) {
      return Optional.of("the key has no scope: give it at least one");
    }
    if (expires != null && !expires.isAfter(now)) {
      return Optional.of("the key would be expired already: give a moment in the future");
    }
    return PlainText.problem("the description", description, MAX_DESCRIPTION);
  }

  /**
   * What that secret is worth now. Costs no SQL for a key seen before, nor for text without a right
   * checksum; a deleted key is unknown from the moment {@link #delete} returns.
   */
  public Verdict verify(String secret) {
    if (!looksLikeKey(secret)) {
      return new Verdict.Unknown();
    }
    Cached cached = byHash.get(Sha256.hex(secret), this::load);
    if (cached == null) {
      return new Verdict.Unknown();
    }
    ApiKey key = cached.key();
    long now = clock.millis();
    if (key.expires() != null && now >= key.expires().toEpochMilli()) {
      return new Verdict.Expired(key);
    }
    noteUse(cached, now);
    return new Verdict.Valid(key);
  }

  /** Whether that key is still there and has not expired. */
  public boolean isGood(ApiKey key) {
    return (key.expires() == null || clock.instant().isBefore(key.expires()))
        && list(key.project()).stream().anyMatch(kept -> kept.id().equals(key.id()));
  }

  private @Nullable Cached load(String hash) {
    return database
        .read(handle -> ApiKeyRow.findByHash(handle, hash))
        .map(key -> {
          Instant used = key.lastUsed();
          return new Cached(
              key, new AtomicLong(used == null ? Long.MIN_VALUE : used.toEpochMilli()));
        })
        .orElse(null);
  }

  private void noteUse(Cached cached, long now) {
    long noted = cached.useNoted().get();
    boolean recent = noted != Long.MIN_VALUE && now - noted < USE_NOTED_EVERY.toMillis();
    if (!recent && cached.useNoted().compareAndSet(noted, now)) {
      useNotes.execute(() -> writeUse(cached.key().id(), now));
    }
  }

  private void writeUse(UUID id, long now) {
    try {
      database.write(handle -> ApiKeyRow.setLastUsed(handle, id, now));
    } catch (SqlException e) {
      log.atWarn()
          .addKeyValue("key", id)
          .setCause(e)
          .log("the last use of an API key was not noted");
    }
  }

  /** The project's keys, oldest first, expired ones among them. */
  public List<ApiKey> list(ProjectId project) {
    return database.read(handle -> ApiKeyRow.list(handle, project));
  }

  /**
   * Deletes the key.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, UUID id) {
    Optional<ApiKeyRow.Stored> deleted;
    try {
      deleted =
          database.write(handle -> {
            Optional<ApiKeyRow.Stored> stored = ApiKeyRow.delete(handle, project, id);
            stored.ifPresent(gone ->
                AuditLog.note(
                    handle,
                    clock.instant(),
                    project,
                    "key.delete",
                    id.toString(),
                    gone.key().description()));
            return stored;
          });
    } catch (SqlException e) {
      byHash.dropAll();
      throw e;
    }
    deleted.ifPresent(stored -> {
      byHash.drop(stored.hash());
      deletionListeners.forEach(listener -> listener.accept(stored.key()));
    });
    return deleted.isPresent();
  }

  /**
   * Calls the listener after a key was deleted, on the thread that did it; it must return at once
   * and not throw. A deleted project takes its keys along without such a call.
   */
  public void onDeleted(Consumer<ApiKey> listener) {
    deletionListeners.add(listener);
  }

  /** To be called after a project was deleted, with all its keys: forgets what is cached. */
  public void projectDeleted() {
    byHash.dropAll();
  }

  /** Whether the text has a key's form and a right checksum, as a secret scanner would test it. */
  public static boolean looksLikeKey(String text) {
    return KeySecret.isWellFormed(text);
  }

  /** Waits for the last uses that are being noted. */
  @Override
  public void close() {
    useNotes.close();
  }
}

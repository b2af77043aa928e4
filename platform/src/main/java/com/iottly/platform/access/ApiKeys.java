package com.iottly.platform.access;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The API keys of the projects (contract §3). A secret is {@code iottly_}, 27 random characters of
 * base 62 (160 bits) and a checksum of 6; see {@link #looksLikeKey}. Any thread; blocks on disk
 * unless said otherwise.
 */
public final class ApiKeys implements AutoCloseable {

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

    /** It was good until then. */
    record Expired(ApiKey key) implements Verdict {}
  }

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public ApiKeys(Database database, InstantSource clock, SecureRandom random, ApiKeyLimits limits) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * What that secret is worth now. Costs no SQL for a key seen before, nor for text without a right
   * checksum; a deleted key is unknown from the moment {@link #delete} returns.
   */
  public Verdict verify(String secret) {
    throw new UnsupportedOperationException();
  }

  /** The project's keys, oldest first, expired ones among them. */
  public List<ApiKey> list(ProjectId project) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes the key.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, UUID id) {
    throw new UnsupportedOperationException();
  }

  /** Calls the listener after a key was deleted, on the thread that did it. */
  public void onDeleted(Consumer<ApiKey> listener) {
    throw new UnsupportedOperationException();
  }

  /** To be called after a project was deleted, with all its keys: forgets what is cached. */
  public void projectDeleted(ProjectId project) {
    throw new UnsupportedOperationException();
  }

  /** Whether the text has a key's form and a right checksum, as a secret scanner would test it. */
  public static boolean looksLikeKey(String text) {
    throw new UnsupportedOperationException();
  }

  /** Waits for the last uses that are being noted. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}

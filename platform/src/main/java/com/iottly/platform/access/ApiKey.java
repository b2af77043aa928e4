package com.iottly.platform.access;

import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A project's credential for the HTTP and WebSocket APIs, without its secret.
 *
 * @param id its identity; not a secret
 * @param project the only project it is good for
 * @param description whose or what for it is, 1 to 200 characters
 * @param scopes what it may be used for, at least one
 * @param created when it was made, in milliseconds
 * @param expires from when it is void, or null for never
 * @param lastUsed when it was used last, up to a minute off, or null for never
 */
public record ApiKey(
    UUID id,
    ProjectId project,
    String description,
    Set<Scope> scopes,
    Instant created,
    @Nullable Instant expires,
    @Nullable Instant lastUsed) {
  public ApiKey {
    scopes = Set.copyOf(scopes);
  }

  /** Whether it may be used for that. */
  public boolean allows(Scope scope) {
    return scopes.contains(scope);
  }
}

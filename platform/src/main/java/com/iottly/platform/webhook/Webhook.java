package com.iottly.platform.webhook;

import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as it is.
 *
 * @param secrets what it signs with
 * @param created when it was made, in milliseconds
 */
public record Webhook(
    WebhookId id,
    ProjectId project,
    WebhookDefinition definition,
    Secrets secrets,
    Standing standing,
    Instant created) {

  /** Whether it sends. */
  public enum State {
    /** It does. */
    ACTIVE("active"),
    /** Its owner paused it. */
    PAUSED("paused"),
    /** The platform gave up; the reason says why. */
    DISABLED("disabled");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    /** The name in the API. */
    public String wireName() {
      return wireName;
    }

    static Optional<State> of(String wireName) {
      for (State state : values()) {
        if (state.wireName.equals(wireName)) {
          return Optional.of(state);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * How it does.
   *
   * @param reason why it is disabled
   * @param failingSince since when every attempt has failed
   * @param missed how many messages retention deleted before it could send them
   * @param parked how many devices wait for their next try
   * @param deadLetters how many messages it gave up
   */
  public record Standing(
      State state,
      @Nullable String reason,
      @Nullable Instant failingSince,
      long missed,
      int parked,
      int deadLetters) {

    Standing with(State changed, @Nullable String why) {
      return new Standing(changed, why, failingSince, missed, parked, deadLetters);
    }

    Standing failing(@Nullable Instant since) {
      return new Standing(state, reason, since, missed, parked, deadLetters);
    }

    Standing missing(long more) {
      return new Standing(state, reason, failingSince, missed + more, parked, deadLetters);
    }
  }

  Webhook with(WebhookDefinition changed) {
    return new Webhook(id, project, changed, secrets, standing, created);
  }

  Webhook with(Secrets changed) {
    return new Webhook(id, project, definition, changed, standing, created);
  }

  Webhook with(Standing changed) {
    return new Webhook(id, project, definition, secrets, changed, created);
  }
}

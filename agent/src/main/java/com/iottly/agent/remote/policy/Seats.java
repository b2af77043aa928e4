package com.iottly.agent.remote.policy;

import com.iottly.agent.channel.RefusedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The open sessions of a service, no more than are allowed. Any thread.
 *
 * @param <S> the service's sessions
 */
public final class Seats<S> {

  private final Set<S> taken = new LinkedHashSet<>();
  private final String key;

  /**
   * @param key the configuration's key with the most there may be, for refusals
   */
  public Seats(String key) {
    this.key = key;
  }

  /**
   * Takes one.
   *
   * @throws RefusedException when there is none left
   */
  public synchronized void take(S session, int most) throws RefusedException {
    if (taken.size() >= most) {
      throw new RefusedException(
          "too_many_sessions",
          "%d are open on this device, the most that %s allows; end one first"
              .formatted(taken.size(), key));
    }
    taken.add(session);
  }

  public synchronized void leave(S session) {
    taken.remove(session);
  }

  public synchronized List<S> all() {
    return List.copyOf(taken);
  }
}

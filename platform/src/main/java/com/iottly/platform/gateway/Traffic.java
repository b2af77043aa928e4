package com.iottly.platform.gateway;

import com.iottly.platform.core.ProjectId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what devices sent, by project. Any thread. */
public final class Traffic {

  /** The counters of a project. */
  static final class Counters {
    private final LongAdder messages = new LongAdder();
    private final LongAdder lost = new LongAdder();

    void stored(int count) {
      messages.add(count);
    }

    void lost(long count) {
      lost.add(count);
    }
  }

  /**
   * What came since it was last taken.
   *
   * @param messages messages that were stored
   * @param lost messages that devices say they had to drop
   */
  public record Count(long messages, long lost) {}

  private final Map<ProjectId, Counters> projects = new ConcurrentHashMap<>();

  Traffic() {}

  Counters of(ProjectId project) {
    return projects.computeIfAbsent(project, _ -> new Counters());
  }

  /** What came since the last call, of projects of which something came; for one caller. */
  public Map<ProjectId, Count> take() {
    Map<ProjectId, Count> taken = new HashMap<>();
    projects.forEach((project, counters) -> {
      Count count = new Count(counters.messages.sumThenReset(), counters.lost.sumThenReset());
      if (count.messages() + count.lost() > 0) {
        taken.put(project, count);
      }
    });
    return taken;
  }
}

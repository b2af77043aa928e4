package com.iottly.platform.core;

import java.util.List;
import java.util.function.Function;

/**
 * Deletes entries that are too old or too much, oldest first, and what the deletion of a project or
 * device leaves. Appends go on meanwhile. The highest sequences of devices are always kept, so that
 * nothing deleted can arrive again. Blocks on disk: not for event loops. Any thread.
 */
public interface Retention {

  /**
   * Deletes what the policies let go, and idempotency keys whose time is over.
   *
   * @param policies the policy of each project that has entries
   * @param witness hears of entries before they go
   * @param maxEntries stop after about that many, at least 1
   * @throws JournalException when the store does not serve; what was deleted stays deleted
   */
  RetentionReport run(
      Function<ProjectId, RetentionPolicy> policies, Witness witness, long maxEntries);

  /** Somebody who may still need what the policies let go. */
  interface Witness {

    /** Nobody needs anything. */
    Witness NOBODY =
        new Witness() {
          @Override
          public boolean caresFor(ProjectId project) {
            return false;
          }

          @Override
          public void going(List<Entry> entries) {}
        };

    /** Whether to be told of entries of that project. */
    boolean caresFor(ProjectId project);

    /**
     * These entries go next. After a crash they may be there again and be told of again; if this
     * throws, they stay.
     */
    void going(List<Entry> entries);
  }

  /** What the project takes up now. */
  ProjectUsage usage(ProjectId project);

  /**
   * Deletes everything of the project that is in the journal now, waiting commands included. Stop
   * its devices first.
   */
  void deleteProject(ProjectId project);

  /**
   * Deletes everything of the device that is in the journal now, waiting commands included. Stop
   * the device first.
   */
  void deleteDevice(DeviceId device);
}

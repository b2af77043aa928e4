package com.iottly.agent.remote.logs;

import com.iottly.agent.channel.RefusedException;
import java.io.IOException;

/** Where a tail's lines come from. */
interface LineSource {

  /**
   * Hands over the last lines, and, if asked, every one that is written from then on. Runs until
   * there are no more, or until it is interrupted.
   *
   * @param count how many of the past
   */
  void run(int count, boolean follow, Lines lines)
      throws RefusedException, IOException, InterruptedException;

  /** Lets {@link #run} end where an interrupt does not. Any thread. */
  default void stop() {}
}

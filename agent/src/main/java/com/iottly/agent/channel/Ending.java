package com.iottly.agent.channel;

/** How a channel came to its end, for its session. */
public enum Ending {
  /** {@link Channel#end} was called, or the session threw an exception. */
  HERE,
  /** The platform ended it, for good. */
  THERE,
  /** The connection or the client is gone, and may come back to resume the session. */
  LOST
}

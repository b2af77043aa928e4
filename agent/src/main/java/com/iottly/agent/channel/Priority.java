package com.iottly.agent.channel;

/** Which channels' bytes go first; heartbeats, commands and messages go before them all. */
public enum Priority {
  /** Somebody waits in front of a screen: shell, logs. */
  INTERACTIVE,
  /** Much, and not urgent: files, tunnels. */
  BULK
}

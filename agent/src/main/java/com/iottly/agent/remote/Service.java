package com.iottly.agent.remote;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of thing a platform may ask for. Any thread. */
public interface Service {

  /** What it is called in {@code OPEN} and in the HELLO's {@code services}. */
  String name();

  Priority priority();

  /** Begins what the channel is for; may wait, on the channel's own thread. */
  Session open(Map<String, @Nullable Object> arguments, Channel channel) throws RefusedException;

  /** When its channels' bytes may go. */
  enum Priority {
    INTERACTIVE,
    BULK
  }
}

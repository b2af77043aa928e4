package com.iottly.agent.remote;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What runs behind a channel. Called on the channel's thread, one call at a time. */
public interface Session {

  /** Bytes of the client; they count as consumed when this returns. */
  void data(byte[] bytes) throws InterruptedException;

  void control(Map<String, @Nullable Object> control) throws InterruptedException;

  /** The channel is gone. */
  void closed(boolean byClient);
}

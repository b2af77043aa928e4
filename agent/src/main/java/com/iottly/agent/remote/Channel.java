package com.iottly.agent.remote;

import java.util.Map;

/** The device's end of a channel, for the service behind it. Any thread. */
public interface Channel {

  void opened(Map<String, ?> info);

  /** Sends bytes; waits while there is no credit. False when the channel is gone. */
  boolean data(byte[] bytes) throws InterruptedException;

  void control(Map<String, ?> control);

  void end(String code, Map<String, ?> result);
}

package com.iottly.agent.channel;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service does for one channel. {@link #data} and {@link #control} are called one after the
 * other on the channel's own thread, in the order in which the client sent; an exception ends the
 * channel with {@code failed} and its message.
 */
public interface Session {

  /** What the client is told when the channel opens; asked once. */
  default Map<String, @Nullable Object> info() {
    return Map.of();
  }

  /**
   * Bytes from the client. It may send more only when this has returned, so waiting here is how a
   * session holds its client back.
   *
   * @param bytes 1 to 16,384 bytes, the session's to keep
   */
  void data(byte[] bytes) throws IOException, InterruptedException;

  /** A word from the client, such as {@code {"resize":{"columns":100,"rows":30}}}. */
  void control(Map<String, @Nullable Object> control)
      throws RefusedException, IOException, InterruptedException;

  /**
   * The channel is over and nothing more comes or goes. Called once, whatever ended it, on a thread
   * of its own, perhaps while {@link #data} or {@link #control} still waits: this is to let go what
   * they wait for.
   */
  void closed(Ending ending);
}

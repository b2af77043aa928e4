package com.iottly.agent.channel;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of thing a platform may ask for: opened once for each channel. Any thread. */
public interface Service {

  /** Its name on the wire, such as {@code shell}; at most 64 bytes. */
  String name();

  /** When its channels' bytes go. */
  Priority priority();

  /**
   * Does what is asked for, on the channel's own thread, which may wait. The session may start
   * threads that send at once: what they send goes behind the answer to this call.
   *
   * @param arguments what the client asks for, and by whom ({@code by}, which the platform adds)
   * @param channel where the session sends
   * @throws RefusedException when it does not; so does the platform hear it
   * @throws IOException when it can't; the platform hears {@code failed} and the message
   */
  Session open(Map<String, @Nullable Object> arguments, Channel channel)
      throws RefusedException, IOException, InterruptedException;
}

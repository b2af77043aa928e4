package com.iottly.platform.remote;

import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The client's end of a session. Called on any event loop, with the session's lock held: nothing
 * here may wait, or call the session back at once.
 */
public interface RemoteClient {

  /**
   * The service has opened it.
   *
   * @param session what the platform calls it
   * @param credit how many bytes the client may send for now
   */
  void opened(UUID session, int credit, Payload info);

  /** It is not opened. */
  void refused(String code, String sentence);

  /** Bytes of the service; {@code written} is run when the network has them. */
  void data(ByteBuffer bytes, Runnable written);

  /** The client may send so many bytes more. */
  void credit(int bytes);

  /** A word of the service; {@code written} is run when the network has it. */
  void control(Payload control, Runnable written);

  /** The device is away; the session waits for it. */
  void interrupted();

  /** The device is back, and the session goes on. */
  void resumed(Payload info);

  /** It is over. */
  void closed(String code, Payload result);
}

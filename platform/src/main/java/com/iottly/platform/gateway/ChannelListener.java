package com.iottly.platform.gateway;

import com.iottly.wire.Payload;
import java.nio.ByteBuffer;

/**
 * Who opened a channel to a device, and hears what the device says on it; on the device's event
 * loop, so nothing here may wait. The device keeps within the credit it was given.
 */
public interface ChannelListener {

  /**
   * The service has opened it.
   *
   * @param credit how many bytes the device takes for now
   */
  void opened(int credit, Payload info);

  /** The next bytes. */
  void data(ByteBuffer bytes);

  /** The device takes so many bytes more; at least 1. */
  void credit(int bytes);

  /** A word of the service. */
  void control(Payload control);

  /** The device ended it, or did not open it. */
  void ended(String code, Payload result);

  /** The device's connection is gone. */
  void linkLost();
}

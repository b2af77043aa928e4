package com.iottly.agent.remote.files;

import com.iottly.agent.channel.RefusedException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client asked for, being done. */
interface Transfer extends Closeable {

  /** What the client is told first. */
  default Map<String, @Nullable Object> info() {
    return Map.of();
  }

  /** Does it, on a thread of its own; what the client is told last. */
  Map<String, @Nullable Object> run() throws RefusedException, IOException, InterruptedException;

  /** Bytes of the client, on the channel's thread. */
  default void data(byte[] bytes) throws RefusedException, IOException, InterruptedException {
    throw new RefusedException("bad_data", "this takes no bytes");
  }
}

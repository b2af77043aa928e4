package com.iottly.agent.remote.files;

import com.iottly.agent.channel.RefusedException;

/** What is refused for its size. */
final class Sizes {

  private Sizes() {}

  static RefusedException tooLarge(long size, long maxBytes) {
    return new RefusedException(
        "too_large",
        "a file of %d bytes; [remote] files_max_mb allows %d on this device"
            .formatted(size, maxBytes));
  }
}

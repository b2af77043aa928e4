package com.iottly.agent.update;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The turn of one update, from its beginning until its version is kept or dropped. A process that
 * ends, in whatever way, gives it back.
 */
public final class Turn implements AutoCloseable {

  private final FileChannel channel;

  private Turn(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @param home the folder of the running version
   * @throws UpdateException when another update has it, or this program can't update itself
   */
  public static Turn take(Path home) {
    return of(home, false);
  }

  /** Waits for it: whoever has it may be killed, and then there is something to finish. */
  public static Turn await(Path home) {
    return of(home, true);
  }

  private static Turn of(Path home, boolean wait) {
    try {
      FileChannel channel =
          FileChannel.open(
              Installation.of(home).lockFile(),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      FileLock lock = wait ? channel.lock() : channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new UpdateException("another update is at work");
      }
      return new Turn(channel);
    } catch (IOException e) {
      throw new UpdateException("the folder of updates can't be locked: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UpdateException("the folder of updates can't be unlocked: " + e, e);
    }
  }
}

package com.iottly.agent.remote.files;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Ending;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Session;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transfer on its channel. A thread of its own does it; the channel's brings the bytes. */
final class FileSession implements Session {

  private final Path path;
  private final boolean writes;
  private final Channel channel;
  private final Log log;
  private final Consumer<FileSession> left;
  private final Thread thread;
  private @Nullable Transfer transfer;

  /**
   * @param left told once, when it is over
   */
  FileSession(Path path, boolean writes, Channel channel, Log log, Consumer<FileSession> left) {
    this.path = path;
    this.writes = writes;
    this.channel = channel;
    this.log = log;
    this.left = left;
    this.thread = Thread.ofPlatform().name("iottly-file").daemon().unstarted(this::run);
  }

  Path path() {
    return path;
  }

  boolean writes() {
    return writes;
  }

  void start(Transfer begun) {
    transfer = begun;
    thread.start();
  }

  private Transfer transfer() {
    return Objects.requireNonNull(transfer, "started");
  }

  private void run() {
    try (Transfer running = transfer()) {
      channel.end("ended", running.run());
    } catch (RefusedException e) {
      end(e);
    } catch (ClosedChannelException | InterruptedException e) {
      log.debug("the transfer of %s is over".formatted(path));
    } catch (IOException e) {
      log.warn("the transfer of %s failed: %s".formatted(path, e.getMessage()));
      channel.end("failed", Map.of("error", String.valueOf(e.getMessage())));
    }
  }

  /** Ends it for that reason. */
  void end(RefusedException why) {
    channel.end(why.code(), Map.of("error", why.sentence()));
  }

  @Override
  public Map<String, @Nullable Object> info() {
    return transfer().info();
  }

  @Override
  public void data(byte[] bytes) throws IOException, InterruptedException {
    try {
      transfer().data(bytes);
    } catch (RefusedException e) {
      end(e);
    }
  }

  @Override
  public void control(Map<String, @Nullable Object> control) throws RefusedException {
    throw new RefusedException("bad_control", "a transfer takes no controls");
  }

  @Override
  public void closed(Ending ending) {
    left.accept(this);
    thread.interrupt();
  }
}

package com.iottly.agent.remote.logs;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Ending;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Session;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One tail. A thread of its own reads and sends. */
final class Tail implements Session {

  private final Request request;
  private final Channel channel;
  private final Lines lines;
  private final Log log;
  private final Runnable left;
  private final Thread thread;

  /**
   * @param left told once, when it is over
   */
  Tail(Request request, Channel channel, Lines lines, Log log, Runnable left) {
    this.request = request;
    this.channel = channel;
    this.lines = lines;
    this.log = log;
    this.left = left;
    this.thread = Thread.ofPlatform().name("iottly-tail").daemon().unstarted(this::run);
  }

  /**
   * What a client wants to see.
   *
   * @param name for the log and for the client
   * @param lines how many of the past
   */
  record Request(String name, LineSource source, int lines, boolean follow) {}

  void start() {
    thread.start();
  }

  private void run() {
    try {
      request.source().run(request.lines(), request.follow(), lines);
      channel.end("ended", lines.counts());
    } catch (RefusedException e) {
      channel.end(e.code(), Map.of("error", e.sentence()));
    } catch (ClosedChannelException | InterruptedException e) {
      log.debug("the tail of %s is over".formatted(request.name()));
    } catch (IOException e) {
      channel.end("failed", Map.of("error", String.valueOf(e.getMessage())));
    }
  }

  @Override
  public Map<String, @Nullable Object> info() {
    return Map.of("source", request.name());
  }

  /** Ends it for that reason. */
  void end(RefusedException why) {
    channel.end(why.code(), Map.of("error", why.sentence()));
  }

  @Override
  public void data(byte[] bytes) throws IOException {
    throw new IOException("a tail takes no bytes");
  }

  @Override
  public void control(Map<String, @Nullable Object> control) throws RefusedException {
    throw new RefusedException("bad_control", "a tail takes no controls; open another one instead");
  }

  @Override
  public void closed(Ending ending) {
    left.run();
    request.source().stop();
    thread.interrupt();
  }
}

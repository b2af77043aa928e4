package com.iottly.agent.channel;

import com.iottly.agent.json.Json;
import com.iottly.agent.log.Log;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.io.IOException;

/** Opens a channel's session and brings it what comes, until the channel is over. */
final class ChannelThread implements Runnable {

  private final Channel channel;
  private final Payload arguments;
  private final Log log;

  ChannelThread(Channel channel, Payload arguments, Log log) {
    this.channel = channel;
    this.arguments = arguments;
    this.log = log;
  }

  @Override
  public void run() {
    try {
      Session session = channel.service().open(Json.read(arguments), channel);
      channel.open(session, Json.payload(session.info()));
      for (Frame frame = channel.take(); frame != null; frame = channel.take()) {
        bring(session, frame);
        channel.dealtWith(frame);
      }
    } catch (RefusedException e) {
      channel.fail(e.code(), e.sentence());
    } catch (IOException e) {
      channel.fail("failed", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      channel.fail("failed", "The agent stops.");
    } catch (RuntimeException e) {
      log.error("channel %d to %s".formatted(channel.number(), channel.service().name()), e);
      channel.fail("internal_error", "The agent's log says what went wrong.");
    }
  }

  private void bring(Session session, Frame frame)
      throws RefusedException, IOException, InterruptedException {
    switch (frame) {
      case Frame.Data data -> {
        byte[] bytes = new byte[data.size()];
        data.bytes().get(bytes);
        session.data(bytes);
      }
      case Frame.Control control -> session.control(Json.read(control.control()));
      default -> throw new IllegalStateException("not for a session: " + frame);
    }
  }
}

package com.iottly.platform.live;

import com.iottly.platform.remote.RemoteClient;
import com.iottly.platform.remote.RemoteSession;
import com.iottly.platform.websocket.FairWriter;
import com.iottly.wire.Payload;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The client's end of one channel: says what its session says, in that order. */
final class ClientChannel implements RemoteClient {

  private final ClientChannels channels;
  private final Context context;
  private final FairWriter.Line line;
  private final Request.Open request;
  private volatile @Nullable RemoteSession session;

  ClientChannel(
      ClientChannels channels, Context context, FairWriter.Line line, Request.Open request) {
    this.channels = channels;
    this.context = context;
    this.line = line;
    this.request = request;
  }

  int number() {
    return request.channel();
  }

  /** The session, once it was asked for. */
  Optional<RemoteSession> session() {
    return Optional.ofNullable(session);
  }

  void begin(RemoteSession begun) {
    session = begun;
  }

  private void say(String frame) {
    say(frame, () -> {});
  }

  private void say(String frame, Runnable written) {
    write(WebSocketFrame.textFrame(frame, true), written);
  }

  private void write(WebSocketFrame frame, Runnable written) {
    context.runOnContext(_ -> line.write(frame, written));
  }

  @Override
  public void opened(UUID id, int credit, Payload info) {
    say(ChannelReplies.opened(request, id, credit, info));
  }

  @Override
  public void refused(String code, String sentence) {
    channels.forget(this);
    say(Frames.error(request.id(), new StreamException(code, sentence)));
  }

  @Override
  public void data(ByteBuffer bytes, Runnable written) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    Buffer frame = Buffer.buffer(ClientChannels.NUMBER_BYTES + copy.length);
    frame.appendInt(number()).appendBytes(copy);
    write(WebSocketFrame.binaryFrame(frame, true), written);
  }

  @Override
  public void credit(int bytes) {
    say(ChannelReplies.credit(number(), bytes));
  }

  @Override
  public void control(Payload control, Runnable written) {
    say(ChannelReplies.control(number(), control), written);
  }

  @Override
  public void interrupted() {
    say(ChannelReplies.interrupted(number()));
  }

  @Override
  public void resumed(Payload info) {
    say(ChannelReplies.resumed(number(), info));
  }

  @Override
  public void closed(String code, Payload result) {
    channels.forget(this);
    say(ChannelReplies.closed(number(), code, result));
  }
}

package com.iottly.platform.remote;

import com.iottly.platform.gateway.ChannelListener;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;

/** What one channel to the device says to its session, as long as no other has taken its place. */
final class DeviceVoice implements ChannelListener {

  private final RemoteSession session;

  DeviceVoice(RemoteSession session) {
    this.session = session;
  }

  @Override
  public void opened(int credit, Payload info) {
    session.ifPresent(this, () -> session.onOpened(credit, info));
  }

  @Override
  public void data(ByteBuffer bytes) {
    session.ifPresent(this, () -> session.onData(bytes));
  }

  @Override
  public void credit(int bytes) {
    session.ifPresent(this, () -> session.onCredit(bytes));
  }

  @Override
  public void control(Payload control) {
    session.ifPresent(this, () -> session.onControl(control));
  }

  @Override
  public void ended(String code, Payload result) {
    session.ifPresent(this, () -> session.onEnded(code, result));
  }

  @Override
  public void linkLost() {
    session.ifPresent(this, session::onLinkLost);
  }
}

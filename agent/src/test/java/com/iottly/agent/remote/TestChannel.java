package com.iottly.agent.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A channel whose client takes as many bytes as it grants and remembers all it gets. */
public final class TestChannel implements Channel {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Map<String, ?>> controls = new ArrayList<>();
  private long credit;
  private boolean gone;
  private @Nullable Map<String, ?> info;
  private @Nullable String code;
  private @Nullable Map<String, ?> result;

  public TestChannel() {
    this(Long.MAX_VALUE);
  }

  public TestChannel(long credit) {
    this.credit = credit;
  }

  @Override
  public synchronized void opened(Map<String, ?> opened) {
    info = opened;
  }

  @Override
  public synchronized boolean data(byte[] more) throws InterruptedException {
    while (credit < more.length && !gone) {
      wait();
    }
    if (!gone) {
      credit -= more.length;
      bytes.writeBytes(more);
    }
    return !gone;
  }

  @Override
  public synchronized void control(Map<String, ?> control) {
    controls.add(control);
  }

  @Override
  public synchronized void end(String endCode, Map<String, ?> endResult) {
    if (code == null) {
      code = endCode;
      result = endResult;
    }
  }

  /** The connection broke. */
  public synchronized void cut() {
    gone = true;
    notifyAll();
  }

  public synchronized void grant(long more) {
    credit += more;
    notifyAll();
  }

  public synchronized byte[] bytes() {
    return bytes.toByteArray();
  }

  public String text() {
    return new String(bytes(), UTF_8);
  }

  public synchronized List<Map<String, ?>> controls() {
    return List.copyOf(controls);
  }

  public synchronized @Nullable Map<String, ?> info() {
    return info;
  }

  public synchronized @Nullable String code() {
    return code;
  }

  public synchronized @Nullable Map<String, ?> result() {
    return result;
  }
}

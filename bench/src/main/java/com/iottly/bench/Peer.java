package com.iottly.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection that makes load. Everything happens on the engine's thread.
 *
 * <p>A message occupies a slot from the moment it was due until it is acknowledged; the slots are
 * the window. What does not fit into the socket waits in {@code out}, which has room for the window
 * or for one frame, whichever is more, up to {@value #MAX_OUT} bytes.
 */
abstract sealed class Peer permits LinkPeer, MqttPeer {

  private static final int MAX_OUT = 1 << 20;
  private static final int MAX_IN = 4 << 20;
  private static final int SPARE_OUT = 4096;

  private final int index;
  private final Load load;
  private final int unit;
  private final int frameBytes;
  private final long[] dueNanos;
  private final ByteBuffer out;

  private ByteBuffer in = ByteBuffer.allocate(4096);
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private boolean live;
  private int inFlight;
  private long frames;
  private long sent;

  /**
   * A peer without a connection.
   *
   * @param unit how many messages go into one frame
   * @param frameBytes how large such a frame is on the wire
   */
  Peer(int index, Load load, int unit, int frameBytes) {
    if (unit > load.window()) {
      throw new BenchException(
          "a batch of " + unit + " does not fit into " + load.window() + " messages in flight");
    }
    this.index = index;
    this.load = load;
    this.unit = unit;
    this.frameBytes = frameBytes;
    this.dueNanos = new long[load.window()];
    long wanted = (long) load.window() / unit * frameBytes;
    this.out =
        ByteBuffer.allocateDirect(
            SPARE_OUT + (int) Math.max(frameBytes, Math.min(MAX_OUT, wanted)));
  }

  /** What to send first on a new connection. */
  abstract byte[] greeting();

  /** Reads as many complete units as there are and leaves the rest. */
  abstract void received(LoadEngine engine, ByteBuffer bytes, long now) throws IOException;

  /** Appends the next frame of load, and calls {@link #occupy} for each of its messages. */
  abstract void encode(ByteBuffer buffer, long due);

  final int index() {
    return index;
  }

  final int window() {
    return load.window();
  }

  final int inFlight() {
    return inFlight;
  }

  /** Whether everything this peer was to send is acknowledged. */
  final boolean done() {
    return sent >= load.perPeer() && inFlight == 0;
  }

  final void open(Selector selector, InetSocketAddress target) throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    in.clear();
    out.clear();
    out.put(greeting());
    boolean connected = opened.connect(target);
    key =
        opened.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    if (connected) {
      flush();
    }
  }

  final void ready(LoadEngine engine, long now) throws IOException {
    SelectionKey selected = key;
    SocketChannel open = channel;
    if (selected == null || open == null || !selected.isValid()) {
      return;
    }
    int ops = selected.readyOps();
    if ((ops & SelectionKey.OP_CONNECT) != 0 && open.finishConnect()) {
      selected.interestOps(SelectionKey.OP_READ);
      flush();
    }
    if ((ops & SelectionKey.OP_READ) != 0) {
      read(engine, open, now);
    }
    pump(engine, now);
  }

  private void read(LoadEngine engine, SocketChannel open, long now) throws IOException {
    int count = open.read(in);
    in.flip();
    received(engine, in, now);
    in.compact();
    if (count < 0) {
      if (channel != null) {
        throw new BenchException("the server closed the connection without a word");
      }
      return;
    }
    if (!in.hasRemaining()) {
      if (in.capacity() >= MAX_IN) {
        throw new BenchException("the server sent more than " + MAX_IN + " bytes in one piece");
      }
      in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
    }
  }

  /** Sends what is due and fits, and nothing more. */
  final void pump(LoadEngine engine, long now) throws IOException {
    while (live
        && engine.loading()
        && sent < load.perPeer()
        && inFlight + unit <= load.window()
        && out.remaining() >= frameBytes + SPARE_OUT / 2) {
      long due = engine.due(index, frames, now);
      if (due > now) {
        break;
      }
      encode(out, due);
      frames++;
      sent += unit;
    }
    flush();
  }

  /** Puts bytes of a conversation beside the load into the buffer. */
  final void say(byte[] bytes) {
    if (out.remaining() < bytes.length) {
      throw new BenchException("the server does not read; " + out.position() + " bytes wait");
    }
    out.put(bytes);
  }

  final void flush() throws IOException {
    SocketChannel open = channel;
    SelectionKey selected = key;
    if (open == null || selected == null || !open.isConnected() || out.position() == 0) {
      return;
    }
    out.flip();
    open.write(out);
    out.compact();
    int wanted =
        out.position() == 0 ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
    if (selected.interestOps() != wanted) {
      selected.interestOps(wanted);
    }
  }

  /** The conversation is at the point where load may begin, with so much of it already done. */
  final void becomeLive(LoadEngine engine, long alreadySent) {
    live = true;
    sent = alreadySent;
    engine.becameLive(this, Math.min(alreadySent, load.perPeer()));
  }

  final void occupy(int slot, long due) {
    if (++inFlight > load.window()) {
      throw new BenchException("more than " + load.window() + " messages would be in flight");
    }
    dueNanos[slot] = due;
  }

  final void settle(LoadEngine engine, int slot, long now) {
    inFlight--;
    engine.acknowledged(now - dueNanos[slot]);
  }

  final void disconnect() {
    live = false;
    SocketChannel open = channel;
    channel = null;
    key = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new BenchException("closing a connection failed: " + BenchException.reason(e), e);
      }
    }
  }
}

package com.iottly.agent.remote.shell;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A pseudo terminal's master side (pty(7)). Belongs to one thread, which waits in {@link #await};
 * {@link #wake}, {@link #resize} and {@link #signal} are anybody's.
 */
final class Pty implements AutoCloseable {

  private static final int CHUNK = 16 * 1024;
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

  private final int master;
  private final int event;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment incoming = arena.allocate(CHUNK);
  private final MemorySegment outgoing = arena.allocate(CHUNK);
  private boolean closed;

  private Pty(int master, int event) {
    this.master = master;
    this.event = event;
  }

  /**
   * A new terminal of that size.
   *
   * @throws IOException when the machine has none to give
   */
  static Pty open(int columns, int rows) throws IOException {
    int event = Libc.openEvent();
    int master = -1;
    try {
      master = Libc.openTerminal();
      Libc.understandUtf8(master);
      Libc.resize(master, columns, rows);
      return new Pty(master, event);
    } catch (IOException e) {
      Libc.close(event);
      if (master >= 0) {
        Libc.close(master);
      }
      throw e;
    }
  }

  /** The path of the side that a program opens. */
  String name() throws IOException {
    return Libc.terminalName(master);
  }

  /** Waits for output, for room for input, for {@link #wake}, or until the time is over. */
  void await(boolean output, boolean room, int millis) throws IOException {
    int events = (output ? Libc.POLLIN : 0) | (room ? Libc.POLLOUT : 0);
    // A terminal whose programs are gone is always ready: it must not be asked for nothing.
    Libc.poll(events == 0 ? -1 : master, (short) events, event, millis);
    Libc.read(event, incoming.asSlice(0, Long.BYTES));
  }

  /** Ends an {@link #await}, or the next one. */
  synchronized void wake() throws IOException {
    if (!closed) {
      try (Arena call = Arena.ofConfined()) {
        Libc.write(event, call.allocateFrom(ValueLayout.JAVA_BYTE, ONE));
      }
    }
  }

  /** Reads what is there now; the bytes count that was read, 0 for none, -1 at the end. */
  int read(byte[] into, int most) throws IOException {
    int read = Libc.read(master, incoming.asSlice(0, Math.min(most, CHUNK)));
    if (read > 0) {
      MemorySegment.copy(incoming, ValueLayout.JAVA_BYTE, 0, into, 0, read);
    }
    return read;
  }

  /** Writes as much as there is room for; how many bytes that were. */
  int write(byte[] from, int offset) throws IOException {
    int length = Math.min(from.length - offset, CHUNK);
    MemorySegment.copy(from, offset, outgoing, ValueLayout.JAVA_BYTE, 0, length);
    return Libc.write(master, outgoing.asSlice(0, length));
  }

  synchronized void resize(int columns, int rows) throws IOException {
    if (!closed) {
      Libc.resize(master, columns, rows);
    }
  }

  /** Sends a signal to the programs in the foreground. */
  synchronized void signal(int number) throws IOException {
    if (!closed) {
      Libc.kill(-Libc.foregroundGroup(master), number);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      arena.close();
      try {
        Libc.close(event);
      } finally {
        Libc.close(master);
      }
    }
  }
}

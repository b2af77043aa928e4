package com.iottly.platform.websocket;

import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes the frames of many channels to one socket: in turns, interactive ones before bulk, and
 * only while little of them all waits for the network. So whatever else the connection has to say
 * finds its queue short. Event loop of the connection.
 */
public final class FairWriter {

  /** Bulk goes only while less than this waits for the network. */
  private static final int BULK_BYTES = 32 << 10;

  /** And interactive while less than this does, which leaves room below Vert.x's own 64 KiB. */
  private static final int INTERACTIVE_BYTES = 48 << 10;

  private final ServerWebSocket socket;
  private final Deque<Line> interactive = new ArrayDeque<>();
  private final Deque<Line> bulk = new ArrayDeque<>();
  private int unwritten;

  public FairWriter(ServerWebSocket socket) {
    this.socket = socket;
  }

  /** A line whose frames go in their order. */
  public Line line(boolean isBulk) {
    return new Line(isBulk ? bulk : interactive);
  }

  /**
   * A frame's size is taken here, since a frame that was written may have nothing left to count.
   */
  private record Waiting(WebSocketFrame frame, int bytes, Runnable written) {
    Waiting(WebSocketFrame frame, Runnable written) {
      this(frame, frame.binaryData().length(), written);
    }
  }

  /** The frames of one channel. */
  public final class Line {

    private final Deque<Line> turns;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private Line(Deque<Line> turns) {
      this.turns = turns;
    }

    /**
     * Writes it when its turn comes.
     *
     * @param written runs when the network has it, or the connection is gone
     */
    public void write(WebSocketFrame frame, Runnable written) {
      if (waiting.isEmpty()) {
        turns.add(this);
      }
      waiting.add(new Waiting(frame, written));
      pump();
    }

    /** Drops what waits; what is not written then never is. */
    public void drop() {
      waiting.clear();
      turns.remove(this);
    }
  }

  private void pump() {
    while (!socket.isClosed()) {
      if (!interactive.isEmpty() && unwritten < INTERACTIVE_BYTES) {
        writeFirst(interactive);
      } else if (interactive.isEmpty() && !bulk.isEmpty() && unwritten < BULK_BYTES) {
        writeFirst(bulk);
      } else {
        return;
      }
    }
  }

  private void writeFirst(Deque<Line> turns) {
    Line line = turns.remove();
    Waiting next = line.waiting.remove();
    if (!line.waiting.isEmpty()) {
      turns.add(line);
    }
    unwritten += next.bytes();
    var _ =
        socket
            .writeFrame(next.frame())
            .onComplete(_ -> {
              unwritten -= next.bytes();
              next.written().run();
              pump();
            });
  }
}

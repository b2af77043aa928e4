package com.iottly.platform.remote;

import com.iottly.platform.gateway.DeviceChannel;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/**
 * What a client sent on its way to the device, in order: kept while the device is away or has given
 * no credit. Belongs to its session's lock.
 */
final class Input {

  private sealed interface Piece {}

  private record Bytes(ByteBuffer bytes) implements Piece {}

  private record Word(Payload control) implements Piece {}

  private final Flow flow;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int words;

  Input(Flow flow) {
    this.flow = flow;
  }

  Flow flow() {
    return flow;
  }

  /** Takes bytes; false when the client had no credit for them. */
  boolean add(ByteBuffer bytes) {
    pieces.add(new Bytes(bytes));
    return flow.arrive(bytes.remaining());
  }

  /** Takes a word, and answers how many wait with it. */
  int add(Payload control) {
    pieces.add(new Word(control));
    words++;
    return words;
  }

  /** The network has taken a word. */
  void wordTaken() {
    words--;
  }

  void clear() {
    pieces.clear();
  }

  /**
   * Sends on what the device takes.
   *
   * @param taken told how many bytes the network has taken
   * @param wordTaken told when it has taken a word
   */
  void forward(DeviceChannel channel, IntConsumer taken, Runnable wordTaken) {
    while (!pieces.isEmpty()) {
      switch (pieces.element()) {
        case Bytes(ByteBuffer bytes) -> {
          int size = bytes.remaining();
          if (!flow.mayForward(size)) {
            return;
          }
          flow.forward(size);
          channel.data(bytes, () -> taken.accept(size));
        }
        case Word(Payload control) -> channel.control(control, wordTaken);
      }
      pieces.remove();
    }
  }
}

package com.iottly.cli.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** One service of one device. */
public final class Channel implements AutoCloseable {

  /** How many bytes the service may send before we have dealt with them. */
  static final int WINDOW = 256 * 1024;

  private static final int MOST_AT_ONCE = 16 * 1024;

  private final Stream stream;
  private final int number;

  /** Bounded by the credit that we give, and by the platform for all else. */
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  private JsonNode info = Platform.JSON.createObjectNode();
  private int unread;
  private int taken;
  private long credit;
  private boolean over;

  Channel(Stream stream, int number) {
    this.stream = stream;
    this.number = number;
  }

  int number() {
    return number;
  }

  synchronized void opened(JsonNode answer) {
    info = answer.path("info");
    credit += answer.path("credit").asLong();
    notifyAll();
  }

  /** What the service said when it opened. */
  public synchronized JsonNode info() {
    return info;
  }

  synchronized void credited(long bytes) {
    credit += bytes;
    notifyAll();
  }

  void arrived(Arrival arrival) {
    arrivals.add(arrival);
    if (arrival instanceof Arrival.Closed) {
      synchronized (this) {
        over = true;
        notifyAll();
      }
    }
  }

  /** What comes next; what came before counts as dealt with. */
  public Arrival next() throws InterruptedException {
    taken += unread;
    unread = 0;
    if (taken >= WINDOW / 4) {
      stream.say(request("credit").put("bytes", taken));
      taken = 0;
    }
    Arrival next = arrivals.take();
    if (next instanceof Arrival.Bytes(ByteBuffer bytes)) {
      unread = bytes.remaining();
    }
    return next;
  }

  /** Sends bytes, as the service takes them; false when nothing more goes. */
  public boolean send(byte[] bytes, int length) throws InterruptedException {
    for (int at = 0; at < length; ) {
      int part = allowed(Math.min(length - at, MOST_AT_ONCE));
      if (part == 0 || !stream.send(number, bytes, at, part)) {
        return false;
      }
      at += part;
    }
    return true;
  }

  private synchronized int allowed(int most) throws InterruptedException {
    while (credit == 0 && !over) {
      wait();
    }
    int part = over ? 0 : (int) Math.min(credit, most);
    credit -= part;
    return part;
  }

  /** Says a word to the service. */
  public void control(JsonNode control) throws InterruptedException {
    stream.say(request("control").set("control", control));
  }

  private ObjectNode request(String op) {
    return Platform.JSON.createObjectNode().put("op", op).put("channel", number);
  }

  /** We have had enough of it. */
  @Override
  public void close() {
    stream.forget(this);
  }

  /** The same, and whoever waits for what comes next is told. */
  public void leave() {
    close();
    arrived(new Arrival.Closed("closed", Platform.JSON.createObjectNode()));
  }

  /** Whether it was closed by the other side; the reason is still to be read. */
  synchronized boolean isOver() {
    return over;
  }

  @Nullable JsonNode closing() {
    return isOver() ? null : request("close");
  }
}

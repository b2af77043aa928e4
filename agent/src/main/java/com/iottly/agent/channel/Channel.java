package com.iottly.agent.channel;

import com.iottly.agent.json.Json;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Where a session sends; {@link #data}, {@link #control} and {@link #end} are for any thread. What
 * is not public is the room's own, with the multiplexer's lock held unless it says otherwise.
 */
public final class Channel {

  private final Multiplexer multiplexer;
  private final int number;
  private final Service service;
  private final ChannelLimits limits;

  /** A session's thread waits here for credit and room. */
  private final Condition maySend;

  /** The channel's thread waits here for something to come. */
  private final Condition arrived;

  /** {@link Frame.Data} and {@link Frame.Control} for the session. */
  private final Deque<Frame.OfChannel> arrivals = new ArrayDeque<>();

  private final Deque<Frame.OfChannel> outgoing = new ArrayDeque<>();

  /** How many bytes may be sent, and may come, before more credit is given. */
  private int credit;

  private int expected;
  private int dealtWith;
  private int words;
  private int queued;
  private boolean opened;
  private @Nullable Ending ending;
  private @Nullable Session session;

  Channel(Multiplexer multiplexer, Frame.Open open, Service service, ChannelLimits limits) {
    this.multiplexer = multiplexer;
    this.number = open.channel();
    this.credit = open.credit();
    this.service = service;
    this.limits = limits;
    this.expected = limits.window();
    this.maySend = multiplexer.lock().newCondition();
    this.arrived = multiplexer.lock().newCondition();
  }

  /** The channel's number on its connection, for logs and thread names. */
  public int number() {
    return number;
  }

  /** Sends all of these bytes; see {@link #data(byte[], int, int)}. */
  public void data(byte[] bytes) throws ClosedChannelException, InterruptedException {
    data(bytes, 0, bytes.length);
  }

  /**
   * Sends bytes to the client, and waits as long as it takes no more. They are copied.
   *
   * @throws ClosedChannelException when the channel is over; what was sent last may be lost
   */
  public void data(byte[] bytes, int offset, int length)
      throws ClosedChannelException, InterruptedException {
    int end = offset + length;
    for (int sent = offset; sent < end; ) {
      sent += dataNow(bytes, sent, Math.min(end - sent, FrameCodec.MAX_DATA));
    }
  }

  private int dataNow(byte[] bytes, int offset, int length)
      throws ClosedChannelException, InterruptedException {
    multiplexer.lock().lockInterruptibly();
    try {
      awaitRoom(1);
      int allowed = Math.min(length, credit);
      credit -= allowed;
      byte[] copy = Arrays.copyOfRange(bytes, offset, offset + allowed);
      send(new Frame.Data(number, ByteBuffer.wrap(copy)), allowed);
      return allowed;
    } finally {
      multiplexer.lock().unlock();
    }
  }

  /**
   * Sends a word to the client, in order with the bytes; waits like {@link #data}, but not for
   * credit.
   *
   * @param control at most {@value FrameCodec#MAX_CONTROL} bytes of JSON
   * @throws ClosedChannelException when the channel is over
   * @throws IllegalArgumentException when the word is too long
   */
  public void control(Map<String, ? extends @Nullable Object> control)
      throws ClosedChannelException, InterruptedException {
    Payload word = Json.payload(control);
    if (word.size() > FrameCodec.MAX_CONTROL) {
      throw new IllegalArgumentException(
          "a control of %d bytes; %d are allowed".formatted(word.size(), FrameCodec.MAX_CONTROL));
    }
    multiplexer.lock().lockInterruptibly();
    try {
      awaitRoom(0);
      send(new Frame.Control(number, word), word.size());
    } finally {
      multiplexer.lock().unlock();
    }
  }

  private void awaitRoom(int leastCredit) throws ClosedChannelException, InterruptedException {
    while (ending == null && (!opened || credit < leastCredit || queued >= limits.queue())) {
      maySend.await();
    }
    if (ending != null) {
      throw new ClosedChannelException();
    }
  }

  private void send(Frame.OfChannel frame, int bytes) {
    outgoing.add(frame);
    queued += bytes;
    multiplexer.ready(this);
  }

  /**
   * Ends the channel, behind what was sent, and behind OPENED when the service has not answered
   * yet. Does nothing when it is over already.
   *
   * @param code a stable name of the reason, {@code ended} when all went well; 1 to 64 bytes
   * @param result more about it, such as {@code {"exit":0}}; no secrets
   */
  public void end(String code, Map<String, ? extends @Nullable Object> result) {
    multiplexer.lock().lock();
    try {
      if (ending == null) {
        outgoing.add(new Frame.End(number, code, Json.payload(result)));
        if (opened) {
          multiplexer.ready(this);
        }
        over(Ending.HERE);
      }
    } finally {
      multiplexer.lock().unlock();
    }
  }

  /** Ends it, whether the service has opened it or not; without the lock. */
  void fail(String code, String sentence) {
    end(code, Map.of("error", sentence));
    multiplexer.lock().lock();
    try {
      if (!outgoing.isEmpty()) {
        multiplexer.ready(this);
      }
    } finally {
      multiplexer.lock().unlock();
    }
  }

  Priority priority() {
    return service.priority();
  }

  Service service() {
    return service;
  }

  /** The next frame to go out, or null. */
  Frame.@Nullable OfChannel next() {
    Frame.OfChannel frame = outgoing.poll();
    switch (frame) {
      case Frame.Data data -> queued -= data.size();
      case Frame.Control control -> queued -= control.control().size();
      case null, default -> {}
    }
    if (queued <= limits.queue() / 2) {
      maySend.signalAll();
    }
    return frame;
  }

  boolean hasNext() {
    return !outgoing.isEmpty();
  }

  void onData(Frame.Data data) {
    if (data.size() > expected) {
      throw new WireException(
          CloseCode.BAD_CHANNEL,
          "channel %d got %d bytes with a credit of %d".formatted(number, data.size(), expected));
    }
    expected -= data.size();
    arrivals.add(data);
    arrived.signal();
  }

  void onCredit(int bytes) {
    if (credit + bytes < 0) {
      throw new WireException(
          CloseCode.BAD_CHANNEL, "channel %d has a credit of over 2^31-1".formatted(number));
    }
    credit += bytes;
    maySend.signalAll();
  }

  void onControl(Frame.Control control) {
    if (++words > limits.controls()) {
      end("too_many_controls", Map.of("error", "Controls come faster than they are dealt with."));
      return;
    }
    arrivals.add(control);
    arrived.signal();
  }

  /** Nothing more comes or goes, except what is queued when it ended here. */
  void over(Ending how) {
    if (ending != null) {
      return;
    }
    ending = how;
    arrivals.clear();
    if (how != Ending.HERE) {
      outgoing.clear();
    }
    multiplexer.forget(this);
    maySend.signalAll();
    arrived.signalAll();
    if (session != null) {
      tell(session, how);
    }
  }

  private void tell(Session told, Ending how) {
    Thread.ofPlatform()
        .name("iottly-channel-" + number + "-end")
        .daemon()
        .start(() -> told.closed(how));
  }

  /** The service has opened it; without the lock. */
  void open(Session done, Payload info) {
    multiplexer.lock().lock();
    try {
      session = done;
      opened = true;
      if (ending == null || ending == Ending.HERE) {
        outgoing.addFirst(new Frame.Opened(number, expected, info));
        multiplexer.ready(this);
        maySend.signalAll();
      }
      if (ending != null) {
        tell(done, ending);
      }
    } finally {
      multiplexer.lock().unlock();
    }
  }

  /** What came next, once it is there, or null when the channel is over; without the lock. */
  Frame.@Nullable OfChannel take() throws InterruptedException {
    multiplexer.lock().lockInterruptibly();
    try {
      while (ending == null && arrivals.isEmpty()) {
        arrived.await();
      }
      return arrivals.poll();
    } finally {
      multiplexer.lock().unlock();
    }
  }

  /** The session has dealt with what came, so that more may come; without the lock. */
  void dealtWith(Frame arrival) {
    multiplexer.lock().lock();
    try {
      if (arrival instanceof Frame.Data data) {
        giveBack(data.size());
      } else {
        words--;
      }
    } finally {
      multiplexer.lock().unlock();
    }
  }

  private void giveBack(int bytes) {
    dealtWith += bytes;
    if (ending == null && dealtWith >= limits.window() / 2) {
      expected += dealtWith;
      multiplexer.sendFirst(new Frame.Credit(number, dealtWith));
      dealtWith = 0;
    }
  }
}

package com.iottly.platform.gateway;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Epoch;
import com.iottly.wire.Frame;
import com.iottly.wire.WireException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's messages on their way up: keeps the sequences without holes and within the window,
 * hands them to the journal, and acknowledges what is durable. Event loop of the session, except
 * where a method says otherwise.
 *
 * <p>What arrives in one turn of the event loop goes to the journal as one append. What the journal
 * can't take at once (its queue is full) stays first in line, the socket is paused, and the append
 * is tried again; the window bounds what can be in line.
 */
final class Inbox {

  /** What was sent to the journal and is not acknowledged yet. */
  private record Unacknowledged(long last, int messages, int bytes) {}

  /** Something for the journal, not handed to it yet. */
  private sealed interface Step {}

  private record Messages(long first, List<Uplink> entries, List<Uplink.CommandReply> replies)
      implements Step {}

  private record Loss(long from, long through, String reason) implements Step {}

  private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
  private static final long RETRY_MILLIS = 10;

  private final Session session;
  private final Journal journal;
  private final Vertx vertx;
  private final ServerWebSocket socket;
  private final Context context;
  private final GatewayLimits limits;
  private final ProjectId project;
  private final DeviceId device;
  private final Epoch epoch;
  private final long fence;
  private final Traffic.Counters counters;

  private final ArrayDeque<Unacknowledged> window = new ArrayDeque<>();
  private int windowMessages;
  private int windowBytes;
  private long expected;
  private boolean ackHeldBack;

  private final ArrayDeque<Step> line = new ArrayDeque<>();
  private boolean handOverScheduled;

  /** Written by the journal's thread, read by the event loop. */
  private final AtomicLong durable;

  private final AtomicBoolean ackScheduled = new AtomicBoolean();

  Inbox(
      DeviceGateway gateway,
      Session session,
      ServerWebSocket socket,
      Context context,
      GatewayLimits limits,
      Epoch epoch,
      Journal.Opened.Stream stream) {
    this.session = session;
    this.journal = gateway.journal();
    this.vertx = gateway.vertx();
    this.socket = socket;
    this.context = context;
    this.limits = limits;
    this.project = session.project();
    this.device = session.device();
    this.epoch = epoch;
    this.fence = stream.fence();
    this.counters = gateway.traffic().of(project);
    this.expected = stream.received() + 1;
    this.durable = new AtomicLong(stream.received());
  }

  void onBatch(Frame.Batch batch, int size) {
    requireNoHole(batch.first());
    if (batch.last() < expected) {
      scheduleAck();
      return;
    }
    List<Frame.DeviceMessage> messages = batch.messages();
    int known = (int) (expected - batch.first());
    Messages step = lastMessages();
    List<Uplink> entries = new ArrayList<>(messages.size() - known);
    for (int i = known; i < messages.size(); i++) {
      entries.add(decode(messages.get(i), batch.first() + i));
    }
    takeFromWindow(batch.last(), entries.size(), size);
    for (Uplink entry : entries) {
      step.entries().add(entry);
      if (entry instanceof Uplink.CommandReply reply) {
        session.beforeReplies();
        step.replies().add(reply);
      }
    }
    scheduleHandOver();
  }

  /** What the next messages are added to. */
  private Messages lastMessages() {
    if (line.peekLast() instanceof Messages messages) {
      return messages;
    }
    Messages messages = new Messages(expected, new ArrayList<>(), new ArrayList<>(0));
    line.add(messages);
    return messages;
  }

  private static Uplink decode(Frame.DeviceMessage message, long sequence) {
    try {
      return UplinkDecoder.decode(message);
    } catch (WireException e) {
      throw new WireException(e.closeCode(), "message " + sequence + ": " + e.getMessage());
    }
  }

  void onGap(Frame.Gap gap, int size) {
    requireNoHole(gap.from());
    if (gap.through() < expected) {
      scheduleAck();
      return;
    }
    long from = expected;
    takeFromWindow(gap.through(), 1, size);
    line.add(new Loss(from, gap.through(), gap.reason()));
    scheduleHandOver();
  }

  private void requireNoHole(long first) {
    if (first > expected) {
      throw new WireException(
          CloseCode.BAD_SEQUENCE,
          "expected sequence " + expected + ", got " + first + "; declare what is lost with GAP");
    }
  }

  private void takeFromWindow(long last, int messages, int bytes) {
    if (windowMessages + messages > limits.windowMessages()
        || windowBytes + bytes > limits.windowBytes()) {
      throw new WireException(
          CloseCode.WINDOW_EXCEEDED,
          "more than "
              + limits.windowMessages()
              + " messages or "
              + limits.windowBytes()
              + " bytes are unacknowledged");
    }
    window.add(new Unacknowledged(last, messages, bytes));
    windowMessages += messages;
    windowBytes += bytes;
    expected = last + 1;
  }

  private void scheduleHandOver() {
    if (!handOverScheduled) {
      handOverScheduled = true;
      context.runOnContext(_ -> handOver());
    }
  }

  private void handOver() {
    handOverScheduled = false;
    if (!session.isLive()) {
      return;
    }
    handOverWhatIsTaken();
    if (!line.isEmpty()) {
      handOverScheduled = true;
      socket.pause();
      vertx.setTimer(RETRY_MILLIS, _ -> handOverAgain());
    }
  }

  private void handOverWhatIsTaken() {
    while (!line.isEmpty() && isTaken(line.element())) {
      line.remove();
    }
  }

  /** The session is over: what came before its end goes before its last note. */
  void onEnd() {
    handOverWhatIsTaken();
    line.clear();
  }

  /** What waits goes first: the socket is resumed behind it. */
  private void handOverAgain() {
    session.heard();
    handOver();
    if (!handOverScheduled) {
      socket.resume();
    }
  }

  private boolean isTaken(Step step) {
    CompletableFuture<AppendOutcome> outcome =
        switch (step) {
          case Messages(long first, List<Uplink> entries, _) ->
              journal.append(project, device, fence, epoch, first, entries);
          case Loss(long from, long through, String reason) ->
              journal.appendGap(project, device, fence, epoch, from, through, reason);
        };
    if (outcome.isDone() && outcome.join() instanceof AppendOutcome.Busy) {
      return false;
    }
    var _ = outcome.thenAccept(done -> onAppended(done, step));
    return true;
  }

  /** The journal's thread. */
  private void onAppended(AppendOutcome outcome, Step step) {
    switch (outcome) {
      case AppendOutcome.Appended(long through) -> {
        count(step);
        onDurable(through, replies(step));
      }
      case AppendOutcome.AlreadyHave(long through) -> onDurable(through, replies(step));
      case AppendOutcome.Fenced() ->
          session.closeFromAnyThread(
              CloseCode.SUPERSEDED, "another connection of this device has taken over");
      case AppendOutcome.Missing(long wanted) ->
          session.closeFromAnyThread(CloseCode.BAD_SEQUENCE, "expected sequence " + wanted);
      case AppendOutcome.Busy() ->
          session.closeFromAnyThread(CloseCode.STORE_UNAVAILABLE, "the platform is overloaded");
      case AppendOutcome.Unavailable(String reason) -> {
        LOG.atWarn()
            .addKeyValue("device", device)
            .addKeyValue("reason", reason)
            .log("Append failed");
        session.closeFromAnyThread(
            CloseCode.STORE_UNAVAILABLE, "the platform can't store messages now; try again later");
      }
    }
  }

  private void count(Step step) {
    switch (step) {
      case Messages(_, List<Uplink> entries, _) -> counters.stored(entries.size());
      case Loss(long from, long through, _) -> counters.lost(through - from + 1);
    }
  }

  private static List<Uplink.CommandReply> replies(Step step) {
    return step instanceof Messages messages ? messages.replies() : List.of();
  }

  private void onDurable(long through, List<Uplink.CommandReply> replies) {
    durable.accumulateAndGet(through, Math::max);
    scheduleAck();
    if (!replies.isEmpty()) {
      context.runOnContext(_ -> session.onReplies(replies));
    }
  }

  /** Any thread: several commits that come close together share one ACK. */
  private void scheduleAck() {
    if (ackScheduled.compareAndSet(false, true)) {
      context.runOnContext(_ -> sendAck());
    }
  }

  private void sendAck() {
    ackScheduled.set(false);
    if (!session.isLive()) {
      return;
    }
    long through = durable.get();
    for (var head = window.peek(); head != null && head.last() <= through; head = window.peek()) {
      windowMessages -= head.messages();
      windowBytes -= head.bytes();
      window.remove();
    }
    ackHeldBack = !session.canWrite();
    if (!ackHeldBack) {
      session.write(new Frame.Ack(through));
    }
  }

  /** The socket has room again. */
  void onDrained() {
    if (ackHeldBack) {
      scheduleAck();
    }
  }
}

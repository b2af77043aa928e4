package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.MessageType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the steps that lanes ask for, each on a thread that may, and brings back what came of them.
 * Any thread.
 */
final class Courier {

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** How many lanes read from disk at once. */
  private static final int READERS = 8;

  private static final int LOADED_MESSAGES = 16;
  private static final int LOADED_BYTES = 256 << 10;

  private final Journal journal;
  private final History history;
  private final Sender sender;
  private final Executor blocking;
  private final InstantSource clock;
  private final Consumer<Step.Join> tailer;
  private final Semaphore readers = new Semaphore(READERS);
  private final Outstanding outstanding = new Outstanding();

  /**
   * @param tailer takes those that want to follow it
   */
  Courier(
      Journal journal,
      History history,
      Sender sender,
      Executor blocking,
      InstantSource clock,
      Consumer<Step.Join> tailer) {
    this.journal = journal;
    this.history = history;
    this.sender = sender;
    this.blocking = blocking;
    this.clock = clock;
    this.tailer = tailer;
  }

  void take(List<Step> steps) {
    for (Step step : steps) {
      switch (step) {
        case Step.Send send -> send(send);
        case Step.Load load -> read(() -> load(load), () -> load.lane().loadFailed(load));
        case Step.Read read -> read(() -> read(read), read.lane()::readFailed);
        case Step.Join join -> tailer.accept(join);
      }
    }
  }

  private void send(Step.Send send) {
    outstanding.begun();
    Envelope envelope = Envelope.of(send.webhook(), send.message(), clock.instant());
    sender.send(
        send.endpoint(),
        envelope,
        attempt -> {
          try {
            take(send.lane().finished(send, attempt));
          } finally {
            outstanding.ended();
          }
        });
  }

  /** Waits for the requests that are on their way. */
  boolean awaitAnswers(Duration patience) throws InterruptedException {
    return outstanding.awaitNone(patience);
  }

  private void read(Runnable reading, Runnable failed) {
    blocking.execute(() -> {
      readers.acquireUninterruptibly();
      try {
        reading.run();
      } catch (RuntimeException e) {
        LOG.atWarn().setCause(e).log("A webhook could not read on; it will be tried again");
        failed.run();
      } finally {
        readers.release();
      }
    });
  }

  private void read(Step.Read read) {
    Journal.Slice slice;
    boolean atEnd;
    try {
      Cursor head = journal.head();
      slice = journal.read(read.after(), Set.of(read.lane().webhook().project()), read.limit());
      atEnd = journal.earlier(head, slice.next()).equals(head);
    } catch (IllegalArgumentException e) {
      take(
          read.lane()
              .disabled(
                  "its place in the journal is lost, replay it from a time: " + e.getMessage()));
      return;
    }
    take(read.lane().read(read, slice, atEnd));
  }

  private void load(Step.Load load) {
    MessageId before = new MessageId(load.from().seconds(), load.from().position() - 1);
    Set<MessageType> types = Set.of(load.lane().webhook().definition().type().messages());
    List<Message> messages = new ArrayList<>();
    boolean more;
    try (History.Scan scan =
        history.scan(load.line().device, new History.Range(null, null, before, types, false))) {
      int bytes = 0;
      Message message = scan.next();
      while (message != null) {
        messages.add(message);
        bytes += message.payload().size();
        boolean full = messages.size() == LOADED_MESSAGES || bytes >= LOADED_BYTES;
        message = full ? null : scan.next();
      }
      more = scan.skip(1) == 1;
    }
    take(load.lane().loaded(load, messages, more));
  }
}

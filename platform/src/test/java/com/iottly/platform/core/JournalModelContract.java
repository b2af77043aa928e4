package com.iottly.platform.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.AppendOutcome.AlreadyHave;
import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.platform.core.AppendOutcome.Fenced;
import com.iottly.platform.core.AppendOutcome.Missing;
import com.iottly.wire.Epoch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random steps on a journal and on a simple model in memory, which must always agree. */
public abstract class JournalModelContract {

  private static final int STEPS = 1500;
  private static final int DEVICES = 3;
  private static final int EPOCHS = 2;

  private final Map<DeviceId, Session> sessions = new HashMap<>();
  private final Map<Stream, Long> received = new HashMap<>();
  private final List<Stored> stored = new ArrayList<>();
  private final List<Check> waiting = new ArrayList<>();
  private StoreFixture store;
  private Random random;
  private long lastNumber;

  protected abstract StoreFixture openStore();

  private record Stream(DeviceId device, Epoch epoch) {}

  private record Session(long fence, Epoch epoch) {}

  private record Stored(DeviceId device, MessageType type, long number) {}

  private record Check(CompletableFuture<?> future, Object expected) {}

  @Test
  void aJournalAgreesWithItsModel() {
    long seed = Samples.seed();
    random = new Random(seed);
    store = openStore();
    try {
      for (int step = 0; step < STEPS; step++) {
        step();
      }
      settle();
      compare();
    } catch (AssertionError e) {
      throw new AssertionError("with -Diottly.seed=" + seed + ": " + e.getMessage(), e);
    } finally {
      store.close();
    }
  }

  private void step() {
    int dice = random.nextInt(1000);
    if (dice < 150) {
      open();
    } else if (dice < 850) {
      append();
    } else if (dice < 950) {
      gap();
    } else if (dice < 985) {
      store.clock().advance(Duration.ofMillis(random.nextInt(3000) - 1000));
    } else if (dice < 995) {
      settle();
      compare();
    } else {
      settle();
      store.reopen();
      sessions.clear();
      compare();
    }
  }

  private DeviceId anyDevice() {
    return Samples.device(1 + random.nextInt(DEVICES));
  }

  private Epoch anyEpoch() {
    return new Epoch(1, random.nextInt(EPOCHS));
  }

  private void open() {
    DeviceId device = anyDevice();
    Epoch epoch = anyEpoch();
    // Fences are the journal's to choose, so this one step has to wait.
    Journal.Opened.Stream opened = Samples.open(store.journal(), device, epoch);
    settle();
    assertThat(opened.received()).isEqualTo(received.getOrDefault(new Stream(device, epoch), 0L));
    sessions.put(device, new Session(opened.fence(), epoch));
  }

  private void append() {
    DeviceId device = anyDevice();
    Session session = sessions.getOrDefault(device, new Session(-1, anyEpoch()));
    boolean stale = random.nextInt(20) == 0;
    long fence = stale ? session.fence() - 1 : session.fence();
    long known = received.getOrDefault(new Stream(device, session.epoch()), 0L);
    long first = Math.max(1, known + 1 - random.nextInt(4) + (random.nextInt(8) == 0 ? 4 : 0));
    int count = 1 + random.nextInt(30);
    List<Uplink> uplinks = LongStream.range(0, count).mapToObj(_ -> uplink(++lastNumber)).toList();
    CompletableFuture<AppendOutcome> future =
        store.journal().append(Samples.PROJECT, device, fence, session.epoch(), first, uplinks);
    waiting.add(
        new Check(
            future,
            stale || session.fence() < 0
                ? new Fenced()
                : model(device, session, known, first, uplinks)));
  }

  private AppendOutcome model(
      DeviceId device, Session session, long known, long first, List<Uplink> uplinks) {
    long through = first + uplinks.size() - 1;
    if (through <= known) {
      return new AlreadyHave(known);
    }
    if (first > known + 1) {
      return new Missing(known + 1);
    }
    for (Uplink uplink : uplinks.subList((int) (known + 1 - first), uplinks.size())) {
      Uplink.NewMessage message = (Uplink.NewMessage) uplink;
      stored.add(new Stored(device, message.type(), Samples.number(message.payload())));
    }
    received.put(new Stream(device, session.epoch()), through);
    return new Appended(through);
  }

  private Uplink uplink(long number) {
    return Samples.message(
        random.nextBoolean() ? MessageType.USERDEFINED : MessageType.IOTTLYAGENT, number);
  }

  private void gap() {
    DeviceId device = anyDevice();
    Session session = sessions.get(device);
    if (session == null) {
      return;
    }
    Stream stream = new Stream(device, session.epoch());
    long known = received.getOrDefault(stream, 0L);
    long from = Math.max(1, known + 1 - random.nextInt(3) + (random.nextInt(5) == 0 ? 3 : 0));
    long through = from + random.nextInt(5);
    CompletableFuture<AppendOutcome> future =
        store
            .journal()
            .appendGap(
                Samples.PROJECT, device, session.fence(), session.epoch(), from, through, "x");
    if (through <= known) {
      waiting.add(new Check(future, new AlreadyHave(known)));
    } else if (from > known + 1) {
      waiting.add(new Check(future, new Missing(known + 1)));
    } else {
      stored.add(new Stored(device, MessageType.IOTTLYAGENT, -1));
      received.put(stream, through);
      waiting.add(new Check(future, new Appended(through)));
    }
  }

  private void settle() {
    for (Check check : waiting) {
      assertThat(Samples.get(check.future())).isEqualTo(check.expected());
    }
    waiting.clear();
  }

  private void compare() {
    List<Entry> entries = Samples.entries(store.journal(), store.journal().tail(), 777);
    for (int number = 1; number <= DEVICES; number++) {
      DeviceId device = Samples.device(number);
      List<Message> read =
          entries.stream()
              .filter(entry -> entry.device().equals(device))
              .map(entry -> (Message) entry)
              .toList();
      assertThat(read.stream().map(JournalModelContract::stored).toList())
          .isEqualTo(stored.stream().filter(one -> one.device().equals(device)).toList());
      compareHistory(device, read);
    }
  }

  /** A random page of the history against a plain filter over all messages. */
  private void compareHistory(DeviceId device, List<Message> all) {
    Instant from = all.isEmpty() || random.nextBoolean() ? null : any(all).timestamp();
    Instant to = all.isEmpty() || random.nextBoolean() ? null : any(all).timestamp().plusMillis(1);
    MessageId after = all.isEmpty() || random.nextBoolean() ? null : any(all).id();
    Set<MessageType> types =
        random.nextBoolean()
            ? EnumSet.allOf(MessageType.class)
            : EnumSet.of(MessageType.IOTTLYAGENT);
    boolean newestFirst = random.nextBoolean();
    History.Range range = new History.Range(from, to, after, types, newestFirst);
    List<Message> expected =
        (newestFirst ? all.reversed() : all)
            .stream()
                .filter(message -> from == null || !message.timestamp().isBefore(from))
                .filter(message -> to == null || message.timestamp().isBefore(to))
                .filter(message -> types.contains(message.type()))
                .filter(message -> after == null || isBehind(message, after, newestFirst))
                .toList();
    assertThat(Samples.history(store.history(), device, range)).as("%s", range).isEqualTo(expected);
    try (History.Scan scan = store.history().scan(device, range)) {
      long skipped = random.nextInt(expected.size() + 1);
      assertThat(scan.skip(skipped)).isEqualTo(skipped);
      Message next = scan.next();
      assertThat(next).isEqualTo(skipped < expected.size() ? expected.get((int) skipped) : null);
    }
  }

  private static boolean isBehind(Message message, MessageId after, boolean newestFirst) {
    int order = message.id().compareTo(after);
    return newestFirst ? order < 0 : order > 0;
  }

  private Message any(List<Message> messages) {
    return messages.get(random.nextInt(messages.size()));
  }

  private static Stored stored(Message message) {
    return new Stored(message.device(), message.type(), Samples.number(message.payload()));
  }
}

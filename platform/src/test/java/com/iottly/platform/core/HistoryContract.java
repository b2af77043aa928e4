package com.iottly.platform.core;

import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.EPOCH;
import static com.iottly.platform.core.Samples.OTHER_DEVICE;
import static com.iottly.platform.core.Samples.PROJECT;
import static com.iottly.platform.core.Samples.get;
import static com.iottly.platform.core.Samples.history;
import static com.iottly.platform.core.Samples.message;
import static com.iottly.platform.core.Samples.numbers;
import static com.iottly.platform.core.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.History.Range;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link History} does. */
public abstract class HistoryContract {

  private static final Set<MessageType> ALL = EnumSet.allOf(MessageType.class);

  private StoreFixture store;
  private Instant start;

  protected abstract StoreFixture openStore();

  @BeforeEach
  void openTheStore() {
    store = openStore();
    start = store.clock().instant();
  }

  @AfterEach
  void closeTheStore() {
    store.close();
  }

  /** Message n comes n - 1 times 400 ms after the start; another device talks in between. */
  private void appendEvery400Millis(int count) {
    for (int n = 1; n <= count; n++) {
      store.clock().set(start.plusMillis(400L * (n - 1)));
      Samples.append(store.journal(), PROJECT, DEVICE, n);
      Samples.append(store.journal(), PROJECT, OTHER_DEVICE, 1000 + n);
    }
  }

  private List<Long> scan(@Nullable Instant from, @Nullable Instant to, boolean newestFirst) {
    return numbers(history(store.history(), DEVICE, new Range(from, to, null, ALL, newestFirst)));
  }

  private List<Long> after(MessageId id, boolean newestFirst) {
    return numbers(history(store.history(), DEVICE, new Range(null, null, id, ALL, newestFirst)));
  }

  @Test
  void aDeviceWithoutMessagesHasAnEmptyHistory() {
    assertThat(history(store.history(), DEVICE, Range.newest())).isEmpty();
  }

  @Test
  void messagesComeInEitherDirectionAndOnlyTheDevicesOwn() {
    appendEvery400Millis(5);
    assertThat(scan(null, null, true)).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(scan(null, null, false)).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void fromIsInclusiveAndToIsExclusive() {
    appendEvery400Millis(5);
    Instant second = start.plusMillis(400);
    Instant fourth = start.plusMillis(1200);
    assertThat(scan(second, fourth, false)).containsExactly(2L, 3L);
    assertThat(scan(second, fourth, true)).containsExactly(3L, 2L);
    assertThat(scan(second.plusNanos(1), fourth.plusNanos(1), false)).containsExactly(3L, 4L);
    assertThat(scan(fourth, second, false)).isEmpty();
    assertThat(scan(second, second, false)).isEmpty();
    assertThat(scan(Instant.MIN, Instant.MAX, false)).hasSize(5);
    assertThat(scan(Instant.MAX, null, false)).isEmpty();
    assertThat(scan(null, Instant.MIN, true)).isEmpty();
  }

  @Test
  void messagesOfOneMillisecondKeepTheirOrder() {
    Samples.append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    Samples.append(store.journal(), PROJECT, DEVICE, 4);
    assertThat(scan(null, null, false)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(scan(null, null, true)).containsExactly(4L, 3L, 2L, 1L);
  }

  @Test
  void aScanGoesOnBehindEachMessage() {
    appendEvery400Millis(12);
    List<Message> messages =
        history(store.history(), DEVICE, new Range(null, null, null, ALL, false));
    for (int i = 0; i < messages.size(); i++) {
      List<Long> later = LongStream.rangeClosed(i + 2, 12).boxed().toList();
      List<Long> earlier = LongStream.rangeClosed(1, i).boxed().toList().reversed();
      assertThat(after(messages.get(i).id(), false)).isEqualTo(later);
      assertThat(after(messages.get(i).id(), true)).isEqualTo(earlier);
    }
  }

  @Test
  void aScanGoesOnBehindAnIdThatIsNoMessages() {
    appendEvery400Millis(5);
    long second = start.getEpochSecond() + 1;
    assertThat(after(new MessageId(second, 0), false)).containsExactly(4L, 5L);
    assertThat(after(new MessageId(second, 0), true)).containsExactly(3L, 2L, 1L);
    assertThat(after(new MessageId(second, -1), false)).isEmpty();
    assertThat(after(new MessageId(second, -1), true)).hasSize(5);
    assertThat(after(new MessageId(0xffffffffL, -1), false)).isEmpty();
    assertThat(after(new MessageId(0, 0), true)).isEmpty();
  }

  @Test
  void typesAreFiltered() {
    Journal.Opened.Stream stream = open(store.journal(), DEVICE, EPOCH);
    List<Uplink> mixed =
        LongStream.rangeClosed(1, 400)
            .mapToObj(
                n -> message(n % 2 == 0 ? MessageType.IOTTLYAGENT : MessageType.USERDEFINED, n))
            .toList();
    AppendOutcome _ = get(store.journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, mixed));
    Range agents = new Range(null, null, null, Set.of(MessageType.IOTTLYAGENT), false);
    assertThat(numbers(history(store.history(), DEVICE, agents)))
        .hasSize(200)
        .allMatch(n -> n % 2 == 0);
    try (History.Scan scan = store.history().scan(DEVICE, agents)) {
      assertThat(scan.skip(100)).isEqualTo(100);
      assertThat(numbers(List.of(scan.next()))).containsExactly(202L);
    }
    Range none = new Range(null, null, null, Set.of(), false);
    assertThat(history(store.history(), DEVICE, none)).isEmpty();
  }

  @Test
  void skippingPassesOverMessagesAndSaysHowMany() {
    long[] all = LongStream.rangeClosed(1, 3000).toArray();
    Samples.append(store.journal(), PROJECT, DEVICE, all);
    try (History.Scan scan = store.history().scan(DEVICE, Range.newest())) {
      assertThat(scan.skip(0)).isZero();
      assertThat(numbers(List.of(scan.next()))).containsExactly(3000L);
      assertThat(scan.skip(10)).isEqualTo(10);
      assertThat(numbers(List.of(scan.next()))).containsExactly(2989L);
      assertThat(scan.skip(2500)).isEqualTo(2500);
      assertThat(numbers(List.of(scan.next()))).containsExactly(488L);
      assertThat(scan.skip(1000)).isEqualTo(487);
      assertThat(scan.next()).isNull();
      assertThat(scan.skip(1)).isZero();
    }
  }

  @Test
  void aLongScanReturnsEveryMessageOnce() {
    long[] all = LongStream.rangeClosed(1, 5000).toArray();
    Samples.append(store.journal(), PROJECT, DEVICE, all);
    assertThat(scan(null, null, false)).isEqualTo(LongStream.of(all).boxed().toList());
    assertThat(scan(null, null, true)).isEqualTo(LongStream.of(all).boxed().toList().reversed());
  }

  @Test
  void aScanSeesWhatWasThereWhenItWasOpened() {
    Samples.append(store.journal(), PROJECT, DEVICE, 1, 2);
    try (History.Scan scan =
        store.history().scan(DEVICE, new Range(null, null, null, ALL, false))) {
      Samples.append(store.journal(), PROJECT, DEVICE, 3);
      assertThat(scan.next()).isNotNull();
      assertThat(scan.next()).isNotNull();
      assertThat(scan.next()).isNull();
    }
  }

  @Test
  void commandChangesAreNoMessages() {
    store.clock().advance(Duration.ofSeconds(1));
    var created =
        store
            .commandLog()
            .create(
                new CommandLog.NewCommand(
                    Samples.command(1),
                    PROJECT,
                    DEVICE,
                    "echo",
                    Samples.payload(1),
                    start.plusSeconds(60),
                    null,
                    "f"));
    assertThat(get(created)).isInstanceOf(CommandLog.Created.Accepted.class);
    Samples.append(store.journal(), PROJECT, DEVICE, 7);
    assertThat(scan(null, null, true)).containsExactly(7L);
  }

  @Test
  void theNewestMessageTellsWhenTheDeviceWasLastHeardOf() {
    assertThat(store.history().newest(DEVICE)).isEmpty();
    appendEvery400Millis(5);
    Instant last = start.plusMillis(1600);
    store.clock().set(last.plusSeconds(5));
    var created =
        store
            .commandLog()
            .create(
                new CommandLog.NewCommand(
                    Samples.command(1),
                    PROJECT,
                    DEVICE,
                    "echo",
                    Samples.payload(1),
                    last.plusSeconds(60),
                    null,
                    "f"));
    assertThat(get(created)).isInstanceOf(CommandLog.Created.Accepted.class);
    Samples.append(store.journal(), PROJECT, OTHER_DEVICE, 2000);
    assertThat(store.history().newest(DEVICE)).contains(last);
  }

  @Test
  void historySurvivesReopening() {
    appendEvery400Millis(3);
    List<Message> before = history(store.history(), DEVICE, Range.newest());
    store.reopen();
    assertThat(history(store.history(), DEVICE, Range.newest())).isEqualTo(before).hasSize(3);
  }

  /** A store may keep them together; a page may end within. */
  @Test
  void pagesMayEndAnywhereWithinWhatArrivedAtOnce() {
    Journal.Opened.Stream stream = open(store.journal(), DEVICE, EPOCH);
    List<Uplink> uplinks = new ArrayList<>();
    for (long number = 1; number <= 600; number++) {
      MessageType type = number % 3 == 0 ? MessageType.IOTTLYAGENT : MessageType.USERDEFINED;
      uplinks.add(message(type, number));
    }
    get(store.journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, uplinks));
    for (boolean newestFirst : new boolean[] {true, false}) {
      for (Set<MessageType> types : List.of(Set.of(MessageType.USERDEFINED), ALL)) {
        Range all = new Range(null, null, null, types, newestFirst);
        List<Message> whole = history(store.history(), DEVICE, all);
        assertThat(whole).hasSize(types.size() == 1 ? 400 : 600);
        for (int at = 0; at < whole.size(); at += 13) {
          Range behind = new Range(null, null, whole.get(at).id(), types, newestFirst);
          assertThat(history(store.history(), DEVICE, behind))
              .isEqualTo(whole.subList(at + 1, whole.size()));
          try (History.Scan scan = store.history().scan(DEVICE, behind)) {
            int skipped = (int) scan.skip(at);
            assertThat(skipped).isEqualTo(Math.min(at, whole.size() - at - 1));
            int next = at + 1 + skipped;
            assertThat(scan.next()).isEqualTo(next < whole.size() ? whole.get(next) : null);
          }
        }
      }
    }
  }
}

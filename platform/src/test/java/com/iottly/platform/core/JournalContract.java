package com.iottly.platform.core;

import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.DEVICE_TIME;
import static com.iottly.platform.core.Samples.EPOCH;
import static com.iottly.platform.core.Samples.OTHER_DEVICE;
import static com.iottly.platform.core.Samples.PROJECT;
import static com.iottly.platform.core.Samples.entries;
import static com.iottly.platform.core.Samples.get;
import static com.iottly.platform.core.Samples.message;
import static com.iottly.platform.core.Samples.messages;
import static com.iottly.platform.core.Samples.numbers;
import static com.iottly.platform.core.Samples.open;
import static com.iottly.platform.core.Samples.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.core.AppendOutcome.AlreadyHave;
import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.platform.core.AppendOutcome.Fenced;
import com.iottly.platform.core.AppendOutcome.Missing;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Journal} does. */
public abstract class JournalContract {

  private static final Epoch OTHER_EPOCH = new Epoch(9, 10);

  private StoreFixture store;

  protected abstract StoreFixture openStore();

  @BeforeEach
  void openTheStore() {
    store = openStore();
  }

  @AfterEach
  void closeTheStore() {
    store.close();
  }

  private Journal journal() {
    return store.journal();
  }

  private AppendOutcome append(Journal.Opened.Stream stream, long first, long through) {
    return get(
        journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, first, messages(first, through)));
  }

  @Test
  void aMessageComesBackAsItWasGiven() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    Payload payload = Payload.of("{ \"città\": [1, {\"x\": null}] }");
    var trusted =
        new Uplink.NewMessage(MessageType.USERDEFINED, DEVICE_TIME, true, "càmera/1", payload);
    var plain = new Uplink.NewMessage(MessageType.IOTTLYAGENT, Instant.EPOCH, false, null, payload);
    assertThat(
            get(
                journal()
                    .append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, List.of(trusted, plain))))
        .isEqualTo(new Appended(2));

    List<Entry> read = entries(journal());
    Instant now = store.clock().instant();
    assertThat(read)
        .containsExactly(
            new Message(
                read.get(0).position(),
                PROJECT,
                DEVICE,
                now,
                DEVICE_TIME,
                true,
                MessageType.USERDEFINED,
                "càmera/1",
                payload),
            new Message(
                read.get(1).position(),
                PROJECT,
                DEVICE,
                now,
                Instant.EPOCH,
                false,
                MessageType.IOTTLYAGENT,
                null,
                payload));
    assertThat(read.get(1).position()).isGreaterThan(read.get(0).position());
  }

  @Test
  void anUnknownEpochStartsAtZeroAndAKnownOneWhereItWas() {
    Journal.Opened.Stream first = open(journal(), DEVICE, EPOCH);
    assertThat(first.received()).isZero();
    assertThat(append(first, 1, 3)).isEqualTo(new Appended(3));
    assertThat(open(journal(), DEVICE, EPOCH).received()).isEqualTo(3);
    assertThat(open(journal(), DEVICE, OTHER_EPOCH).received()).isZero();
    assertThat(open(journal(), OTHER_DEVICE, EPOCH).received()).isZero();
    assertThat(open(journal(), DEVICE, EPOCH).received()).isEqualTo(3);
    store.reopen();
    assertThat(open(journal(), DEVICE, EPOCH).received()).isEqualTo(3);
  }

  @Test
  void repeatsAreLeftOut() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    assertThat(append(stream, 1, 3)).isEqualTo(new Appended(3));
    assertThat(append(stream, 1, 3)).isEqualTo(new AlreadyHave(3));
    assertThat(append(stream, 2, 2)).isEqualTo(new AlreadyHave(3));
    assertThat(append(stream, 2, 5)).isEqualTo(new Appended(5));
    assertThat(numbers(journal())).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void aHoleIsRefusedAndNamesWhatMustComeNext() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    assertThat(append(stream, 2, 3)).isEqualTo(new Missing(1));
    assertThat(append(stream, 1, 2)).isEqualTo(new Appended(2));
    assertThat(append(stream, 4, 9)).isEqualTo(new Missing(3));
    assertThat(append(stream, 3, 3)).isEqualTo(new Appended(3));
    assertThat(numbers(journal())).containsExactly(1L, 2L, 3L);
  }

  @Test
  void sequencesStartAtOne() {
    assertThatThrownBy(() -> journal().append(PROJECT, DEVICE, 1, EPOCH, 0, List.of(message(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sequence");
  }

  @Test
  void aNewerSessionFencesTheOlderOne() {
    Journal.Opened.Stream older = open(journal(), DEVICE, EPOCH);
    assertThat(append(older, 1, 1)).isEqualTo(new Appended(1));
    Journal.Opened.Stream newer = open(journal(), DEVICE, EPOCH);
    assertThat(append(older, 2, 2)).isEqualTo(new Fenced());
    assertThat(append(older, 1, 1)).isEqualTo(new Fenced());
    assertThat(get(journal().appendPresence(PROJECT, DEVICE, older.fence(), Presence.CONNECTED)))
        .isEqualTo(new Fenced());
    assertThat(get(journal().appendGap(PROJECT, DEVICE, older.fence(), EPOCH, 2, 3, "lost")))
        .isEqualTo(new Fenced());
    assertThat(append(newer, 2, 2)).isEqualTo(new Appended(2));
    assertThat(numbers(journal())).containsExactly(1L, 2L);
  }

  @Test
  void aSessionOfAnotherDeviceFencesNobody() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    Journal.Opened.Stream _ = open(journal(), OTHER_DEVICE, EPOCH);
    assertThat(append(stream, 1, 1)).isEqualTo(new Appended(1));
  }

  @Test
  void aSessionEndsWithTheProcess() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    assertThat(append(stream, 1, 1)).isEqualTo(new Appended(1));
    store.reopen();
    assertThat(append(stream, 2, 2)).isEqualTo(new Fenced());
  }

  @Test
  void openingStandsBehindAppendsMadeBefore() {
    Journal.Opened.Stream older = open(journal(), DEVICE, EPOCH);
    var appended = journal().append(PROJECT, DEVICE, older.fence(), EPOCH, 1, messages(1, 50));
    var opened = journal().open(PROJECT, DEVICE, EPOCH);
    var late = journal().append(PROJECT, DEVICE, older.fence(), EPOCH, 51, messages(51, 60));
    assertThat(get(appended)).isEqualTo(new Appended(50));
    assertThat(((Journal.Opened.Stream) get(opened)).received()).isEqualTo(50);
    assertThat(get(late)).isEqualTo(new Fenced());
  }

  @Test
  void goingToAnotherEpochAndBackInOneBreathLosesNoSequence() {
    Journal.Opened.Stream first = open(journal(), DEVICE, EPOCH);
    var appended = journal().append(PROJECT, DEVICE, first.fence(), EPOCH, 1, messages(1, 5));
    var other = journal().open(PROJECT, DEVICE, OTHER_EPOCH);
    var back = journal().open(PROJECT, DEVICE, EPOCH);
    assertThat(get(appended)).isEqualTo(new Appended(5));
    assertThat(((Journal.Opened.Stream) get(other)).received()).isZero();
    assertThat(((Journal.Opened.Stream) get(back)).received()).isEqualTo(5);
  }

  @Test
  void aDeclaredGapCountsAsReceivedAndIsVisible() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    assertThat(append(stream, 1, 2)).isEqualTo(new Appended(2));
    var gap = journal().appendGap(PROJECT, DEVICE, stream.fence(), EPOCH, 3, 7, "the \"disk\"");
    assertThat(get(gap)).isEqualTo(new Appended(7));
    assertThat(append(stream, 8, 8)).isEqualTo(new Appended(8));
    Message note = (Message) entries(journal()).get(2);
    assertThat(note.type()).isEqualTo(MessageType.IOTTLYAGENT);
    assertThat(Payload.of(note.payload().bytes()).toString())
        .contains("3", "7", "the \\\"disk\\\"");
  }

  @Test
  void aGapIsHeldToTheSequenceToo() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    assertThat(append(stream, 1, 4)).isEqualTo(new Appended(4));
    assertThat(get(journal().appendGap(PROJECT, DEVICE, stream.fence(), EPOCH, 6, 7, "x")))
        .isEqualTo(new Missing(5));
    assertThat(get(journal().appendGap(PROJECT, DEVICE, stream.fence(), EPOCH, 2, 4, "x")))
        .isEqualTo(new AlreadyHave(4));
    assertThat(get(journal().appendGap(PROJECT, DEVICE, stream.fence(), EPOCH, 2, 6, "x")))
        .isEqualTo(new Appended(6));
    assertThat(entries(journal())).hasSize(5);
    assertThatThrownBy(() -> journal().appendGap(PROJECT, DEVICE, stream.fence(), EPOCH, 8, 7, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void presenceIsAMessageOfTheAgentWithoutASequence() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    assertThat(get(journal().appendPresence(PROJECT, DEVICE, stream.fence(), Presence.CONNECTED)))
        .isEqualTo(new Appended(0));
    assertThat(append(stream, 1, 1)).isEqualTo(new Appended(1));
    Message note = (Message) entries(journal()).getFirst();
    assertThat(note.type()).isEqualTo(MessageType.IOTTLYAGENT);
    assertThat(note.payload()).hasToString("{\"connectionstatus\":\"connected\"}");
  }

  @Test
  void aNoteOfThePlatformNeedsNoSession() {
    Payload note = Payload.of("{\"registration\":{}}");
    assertThat(get(journal().appendNote(PROJECT, DEVICE, note))).isEqualTo(new Appended(0));
    Message written = (Message) entries(journal()).getFirst();
    assertThat(written.type()).isEqualTo(MessageType.IOTTLYAGENT);
    assertThat(written.device()).isEqualTo(DEVICE);
    assertThat(written.payload()).isEqualTo(note);
  }

  @Test
  void sessionsThatNobodyEndedAreEndedWhenTheJournalOpensAgain() {
    Journal.Opened.Stream lost = open(journal(), DEVICE, EPOCH);
    get(journal().appendPresence(PROJECT, DEVICE, lost.fence(), Presence.CONNECTED));
    DeviceId other = Samples.device(2);
    Journal.Opened.Stream ended = open(journal(), other, EPOCH);
    get(journal().appendPresence(PROJECT, other, ended.fence(), Presence.CONNECTED));
    get(journal().appendPresence(PROJECT, other, ended.fence(), Presence.DISCONNECTED));

    store.reopen();
    store.reopen();

    open(journal(), DEVICE, EPOCH);
    assertThat(presences(DEVICE)).containsExactly(Presence.CONNECTED, Presence.DISCONNECTED);
    assertThat(presences(other)).containsExactly(Presence.CONNECTED, Presence.DISCONNECTED);
  }

  private List<Presence> presences(DeviceId device) {
    return entries(journal()).stream()
        .filter(entry -> entry.device().equals(device))
        .map(entry -> ((Message) entry).payload())
        .map(payload ->
            payload.equals(Presence.CONNECTED.payload())
                ? Presence.CONNECTED
                : Presence.DISCONNECTED)
        .toList();
  }

  @Test
  void readersGoOnFromTheirCursors() {
    Samples.append(journal(), PROJECT, DEVICE, 1, 2, 3, 4, 5);
    Journal.Slice first = journal().read(journal().tail(), 2);
    assertThat(first.entries()).hasSize(2);
    Journal.Slice second = journal().read(first.next(), 2);
    assertThat(second.entries()).hasSize(2);
    Journal.Slice third = journal().read(second.next(), 2);
    assertThat(third.entries()).hasSize(1);
    assertThat(journal().read(third.next(), 2).entries()).isEmpty();
    store.reopen();
    assertThat(journal().read(third.next(), 2).entries()).isEmpty();
    Samples.append(journal(), PROJECT, DEVICE, 6);
    assertThat(journal().read(third.next(), 2).entries()).hasSize(1);
    assertThat(entries(journal(), third.next(), 2)).hasSize(1);
  }

  @Test
  void theHeadIsBehindTheNewestEntry() {
    assertThat(journal().read(journal().head(), 10).entries()).isEmpty();
    Cursor before = journal().head();
    Samples.append(journal(), PROJECT, DEVICE, 1, 2);
    assertThat(journal().read(journal().head(), 10).entries()).isEmpty();
    assertThat(journal().read(before, 10).entries()).hasSize(2);
    assertThat(journal().head().token()).matches("[0-9A-Za-z._~-]{1,200}");
  }

  @Test
  void aCursorThatIsNotTheJournalsOwnIsRefusedWithASentence() {
    assertThatThrownBy(() -> journal().read(new Cursor("yesterday"), 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cursor");
  }

  @Test
  void listenersAreNudgedAfterEntriesBecameDurable() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    AutoCloseable subscription = journal().onAppend(() -> seen.set(entries(journal()).size()));
    Samples.append(journal(), PROJECT, DEVICE, 1, 2, 3);
    Awaitility.await().untilAsserted(() -> assertThat(seen).hasValue(3));
    subscription.close();
    Samples.append(journal(), PROJECT, DEVICE, 4);
    Samples.append(journal(), PROJECT, DEVICE, 5);
    assertThat(seen).hasValue(3);
  }

  @Test
  void timestampsNeverGoBackwards() {
    Instant noon = store.clock().instant();
    Samples.append(journal(), PROJECT, DEVICE, 1);
    store.clock().set(noon.minus(Duration.ofHours(1)));
    Samples.append(journal(), PROJECT, DEVICE, 2);
    store.reopen();
    Samples.append(journal(), PROJECT, DEVICE, 3);
    store.clock().set(noon.plusMillis(5));
    Samples.append(journal(), PROJECT, DEVICE, 4);
    assertThat(entries(journal()))
        .extracting(entry -> ((Message) entry).timestamp())
        .containsExactly(noon, noon, noon, noon.plusMillis(5));
  }

  @Test
  void nothingIsLostByClosing() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    List<AppendOutcome> outcomes =
        java.util.stream.LongStream.rangeClosed(1, 200)
            .mapToObj(
                n -> journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, n, messages(n, n)))
            .toList()
            .stream()
            .map(Samples::get)
            .toList();
    assertThat(outcomes.getLast()).isEqualTo(new Appended(200));
    List<Entry> before = entries(journal());
    store.reopen();
    assertThat(entries(journal())).isEqualTo(before).hasSize(200);
  }

  /** A store may keep them together; a slice may end within. */
  @Test
  void slicesMayEndAnywhereWithinWhatArrivedAtOnce() {
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    get(journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, messages(1, 600)));
    List<Entry> whole = entries(journal());
    assertThat(whole).hasSize(600);
    for (int limit = 1; limit < 40; limit += 3) {
      assertThat(entries(journal(), journal().tail(), limit)).isEqualTo(whole);
    }
  }

  @Test
  void aReadOfSomeProjectsComesToAllOfTheirsAndNothingElse() {
    DeviceId third = Samples.device(3);
    ProjectId thirdProject = new ProjectId("59c1b1a2e1382300011ccccc");
    for (int round = 0; round < 30; round++) {
      Samples.append(journal(), PROJECT, DEVICE, LongStream.range(0, 40).toArray());
      Samples.append(journal(), Samples.OTHER_PROJECT, OTHER_DEVICE, round);
      Samples.append(journal(), thirdProject, third, round, round);
    }
    List<Entry> whole = entries(journal());
    for (Set<ProjectId> projects :
        List.of(
            Set.of(PROJECT), Set.of(Samples.OTHER_PROJECT, thirdProject), Set.of(thirdProject))) {
      List<Entry> expected =
          whole.stream().filter(entry -> projects.contains(entry.project())).toList();
      for (int limit : new int[] {1, 7, 41, 5_000}) {
        assertThat(ofProjects(journal().tail(), projects, limit)).isEqualTo(expected);
      }
    }
    ProjectId unknown = new ProjectId("59c1b1a2e1382300011ddddd");
    assertThat(journal().read(journal().tail(), Set.of(unknown), 10))
        .isEqualTo(new Journal.Slice(List.of(), journal().head()));
  }

  /** Projects have their entries in far apart places; a row may lie across two of the places. */
  @Test
  void aReadOfOneProjectFindsItsEntriesAmongVeryManyOfOthers() {
    long[] many = LongStream.range(0, 30_000).toArray();
    for (int round = 0; round < 6; round++) {
      Samples.append(journal(), PROJECT, DEVICE, many);
      Samples.append(journal(), Samples.OTHER_PROJECT, OTHER_DEVICE, round, round);
    }
    assertThat(ofProjects(journal().tail(), Set.of(Samples.OTHER_PROJECT), 3)).hasSize(12);
    assertThat(ofProjects(journal().tail(), Set.of(PROJECT), 10_000)).hasSize(180_000);
  }

  private List<Entry> ofProjects(Cursor after, Set<ProjectId> projects, int limit) {
    List<Entry> entries = new ArrayList<>();
    Cursor cursor = after;
    while (!cursor.equals(journal().head())) {
      Journal.Slice slice = journal().read(cursor, projects, limit);
      assertThat(slice.entries()).hasSizeLessThanOrEqualTo(limit);
      entries.addAll(slice.entries());
      cursor = slice.next();
    }
    return entries;
  }

  @Test
  void aReaderCanBeginAtATime() {
    Instant noon = store.clock().instant();
    for (int minute = 0; minute < 5; minute++) {
      store.clock().set(noon.plus(Duration.ofMinutes(minute)));
      Samples.append(journal(), Samples.OTHER_PROJECT, OTHER_DEVICE, 100);
      Samples.append(journal(), PROJECT, DEVICE, minute, minute);
    }
    for (int minute = 0; minute < 5; minute++) {
      Instant moment = noon.plus(Duration.ofMinutes(minute));
      for (Instant since : List.of(moment, moment.minusMillis(1), moment.minusSeconds(59))) {
        assertThat(ofProjects(journal().before(PROJECT, since), Set.of(PROJECT), 3))
            .hasSize(2 * (5 - minute));
      }
    }
    assertThat(journal().before(PROJECT, noon.plus(Duration.ofMinutes(5))))
        .isEqualTo(journal().head());
  }

  @Test
  void cursorsHaveAnOrder() {
    Cursor tail = journal().tail();
    Samples.append(journal(), PROJECT, DEVICE, 1);
    Cursor one = journal().head();
    Samples.append(journal(), PROJECT, DEVICE, 2);
    List<Entry> both = entries(journal());
    assertThat(journal().earlier(tail, one)).isEqualTo(tail);
    assertThat(journal().earlier(journal().head(), one)).isEqualTo(one);
    assertThat(both).allMatch(entry -> journal().leadsTo(tail, entry.position()));
    assertThat(journal().leadsTo(one, both.get(0).position())).isFalse();
    assertThat(journal().leadsTo(one, both.get(1).position())).isTrue();
    assertThat(journal().leadsTo(journal().head(), both.get(1).position())).isFalse();
  }

  @Test
  void aReaderThatGoesOnBehindAnyEntryMissesNothingAndRepeatsNothing() {
    Cursor start = journal().head();
    Journal.Opened.Stream stream = open(journal(), DEVICE, EPOCH);
    append(stream, 1, 5);
    append(stream, 6, 7);
    List<Entry> all = entries(journal());
    Cursor reader = start;
    for (int read = 1; read <= all.size(); read++) {
      reader = journal().advance(reader, all.get(read - 1));
      assertThat(journal().read(reader, 100).entries()).isEqualTo(all.subList(read, all.size()));
    }
    assertThat(reader).isEqualTo(journal().head());
  }
}

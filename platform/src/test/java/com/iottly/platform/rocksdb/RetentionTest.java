package com.iottly.platform.rocksdb;

import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.OTHER_DEVICE;
import static com.iottly.platform.core.Samples.OTHER_PROJECT;
import static com.iottly.platform.core.Samples.PROJECT;
import static com.iottly.platform.core.Samples.append;
import static com.iottly.platform.core.Samples.command;
import static com.iottly.platform.core.Samples.get;
import static com.iottly.platform.core.Samples.history;
import static com.iottly.platform.core.Samples.numbers;
import static com.iottly.platform.core.Samples.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.CommandLog.Created;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.ProjectUsage;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.RetentionPolicy;
import com.iottly.platform.core.RetentionReport;
import com.iottly.platform.core.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final Function<ProjectId, RetentionPolicy> ONE_HOUR =
      _ -> new RetentionPolicy(Duration.ofHours(1), null);

  @TempDir Path directory;

  private RocksFixture store;
  private Instant start;

  @BeforeEach
  void openTheStore() {
    store = new RocksFixture(directory);
    start = store.clock().instant();
  }

  @AfterEach
  void closeTheStore() {
    store.close();
  }

  private Retention retention() {
    return store.store().retention();
  }

  private RetentionReport run(Function<ProjectId, RetentionPolicy> policies) {
    return retention().run(policies, Retention.Witness.NOBODY, Long.MAX_VALUE);
  }

  private RetentionReport cap(long bytes) {
    return run(_ -> new RetentionPolicy(null, bytes));
  }

  private List<Long> of(DeviceId device) {
    return numbers(history(store.history(), device, History.Range.newest()).reversed());
  }

  private Command create(long number, String key) {
    var wanted =
        new CommandLog.NewCommand(
            command(number),
            PROJECT,
            DEVICE,
            "echo",
            payload(number),
            start.plus(Duration.ofHours(24)),
            key,
            "f");
    return ((Created.Accepted) get(store.commandLog().create(wanted))).command();
  }

  @Test
  void anEntryGoesWhenItIsOlderThanTheAgeAndNotBefore() {
    append(store.journal(), PROJECT, DEVICE, 1);
    store.clock().set(start.plusMillis(1));
    append(store.journal(), PROJECT, DEVICE, 2);
    store.clock().set(start.plus(Duration.ofHours(1)));
    assertThat(run(ONE_HOUR).entries()).isZero();
    store.clock().set(start.plus(Duration.ofHours(1)).plusMillis(1));
    assertThat(run(ONE_HOUR).entries()).isEqualTo(1);
    assertThat(of(DEVICE)).containsExactly(2L);
    assertThat(numbers(store.journal())).containsExactly(2L);
    assertThat(run(ONE_HOUR).entries()).isZero();
  }

  @Test
  void theOldestGoUntilTheBytesFit() {
    for (long number = 11; number <= 14; number++) {
      append(store.journal(), PROJECT, DEVICE, number);
    }
    long each = retention().usage(PROJECT).bytes() / 4;
    assertThat(retention().usage(PROJECT)).isEqualTo(new ProjectUsage(4, 4 * each));
    assertThat(cap(4 * each).entries()).isZero();
    assertThat(cap(4 * each - 1)).isEqualTo(new RetentionReport(1, each, 0, true));
    assertThat(of(DEVICE)).containsExactly(12L, 13L, 14L);
    assertThat(cap(2 * each)).isEqualTo(new RetentionReport(1, each, 0, true));
    assertThat(of(DEVICE)).containsExactly(13L, 14L);
    assertThat(retention().usage(PROJECT)).isEqualTo(new ProjectUsage(2, 2 * each));
    assertThat(cap(0).entries()).isEqualTo(2);
    assertThat(retention().usage(PROJECT)).isEqualTo(new ProjectUsage(0, 0));
    append(store.journal(), PROJECT, DEVICE, 15);
    assertThat(of(DEVICE)).containsExactly(15L);
    assertThat(retention().usage(PROJECT)).isEqualTo(new ProjectUsage(1, each));
  }

  @Test
  void whatArrivedAtOnceGoesAtOnce() {
    append(store.journal(), PROJECT, DEVICE, 11, 12, 13);
    append(store.journal(), PROJECT, DEVICE, 14);
    long bytes = retention().usage(PROJECT).bytes();
    assertThat(cap(bytes - 1).entries()).isEqualTo(3);
    assertThat(of(DEVICE)).containsExactly(14L);
    assertThat(numbers(store.journal())).containsExactly(14L);
    assertThat(retention().usage(PROJECT).entries()).isEqualTo(1);
  }

  @Test
  void eachProjectHasItsOwnPolicy() {
    append(store.journal(), PROJECT, DEVICE, 1, 2);
    append(store.journal(), OTHER_PROJECT, OTHER_DEVICE, 3, 4);
    append(store.journal(), PROJECT, DEVICE, 5);
    store.clock().advance(Duration.ofHours(2));
    RetentionReport report =
        run(project ->
            project.equals(PROJECT) ? ONE_HOUR.apply(project) : RetentionPolicy.KEEP_ALL);
    assertThat(report.entries()).isEqualTo(3);
    assertThat(of(DEVICE)).isEmpty();
    assertThat(of(OTHER_DEVICE)).containsExactly(3L, 4L);
    assertThat(retention().usage(OTHER_PROJECT).entries()).isEqualTo(2);
  }

  @Test
  void aWitnessHearsOfTheEntriesOfItsProjectsBeforeTheyGo() {
    append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    append(store.journal(), OTHER_PROJECT, OTHER_DEVICE, 4);
    store.clock().advance(Duration.ofHours(2));
    append(store.journal(), PROJECT, DEVICE, 5);
    List<Entry> heard = new ArrayList<>();
    Retention.Witness witness =
        witness(entries -> {
          heard.addAll(entries);
          assertThat(of(DEVICE)).containsExactly(1L, 2L, 3L, 5L);
        });
    assertThat(retention().run(ONE_HOUR, witness, Long.MAX_VALUE).entries()).isEqualTo(4);
    assertThat(heard)
        .extracting(entry -> Samples.number(((Message) entry).payload()))
        .containsExactly(1L, 2L, 3L);
    assertThat(of(DEVICE)).containsExactly(5L);
  }

  @Test
  void whatTheWitnessCouldNotTakeNoteOfStays() {
    append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    store.clock().advance(Duration.ofHours(2));
    Retention.Witness witness =
        witness(_ -> {
          throw new IllegalStateException("no paper");
        });
    assertThatThrownBy(() -> retention().run(ONE_HOUR, witness, Long.MAX_VALUE))
        .hasMessage("no paper");
    assertThat(of(DEVICE)).containsExactly(1L, 2L, 3L);
  }

  private static Retention.Witness witness(Consumer<List<Entry>> note) {
    return new Retention.Witness() {
      @Override
      public boolean caresFor(ProjectId project) {
        return project.equals(PROJECT);
      }

      @Override
      public void going(List<Entry> entries) {
        note.accept(entries);
      }
    };
  }

  @Test
  void nothingGoesWithoutAPolicy() {
    append(store.journal(), PROJECT, DEVICE, 1);
    store.clock().advance(Duration.ofDays(3650));
    assertThat(run(_ -> RetentionPolicy.KEEP_ALL)).isEqualTo(new RetentionReport(0, 0, 0, true));
    assertThat(of(DEVICE)).containsExactly(1L);
  }

  @Test
  void deletedSequencesDoNotArriveAgain() {
    append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    store.clock().advance(Duration.ofHours(2));
    assertThat(run(ONE_HOUR).entries()).isEqualTo(3);
    store.reopen();
    append(store.journal(), PROJECT, DEVICE, 4);
    assertThat(of(DEVICE)).containsExactly(4L);
  }

  @Test
  void cursorsOutliveWhatTheyPointAt() {
    append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    var old = store.journal().read(store.journal().tail(), 1).next();
    store.clock().advance(Duration.ofHours(2));
    append(store.journal(), PROJECT, DEVICE, 4);
    assertThat(run(ONE_HOUR).entries()).isEqualTo(3);
    for (int i = 0; i < 2; i++) {
      assertThat(Samples.entries(store.journal(), old, 10)).hasSize(1);
      assertThat(Samples.entries(store.journal())).hasSize(1);
      store.reopen();
    }
  }

  @Test
  void anEmptiedJournalReopensWhereItWas() {
    append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    var head = store.journal().head();
    store.clock().advance(Duration.ofHours(2));
    assertThat(run(ONE_HOUR).entries()).isEqualTo(3);
    store.clock().set(start);
    store.reopen();
    assertThat(store.journal().head()).isEqualTo(head);
    append(store.journal(), PROJECT, DEVICE, 4);
    assertThat(Samples.entries(store.journal(), head, 10)).hasSize(1);
  }

  @Test
  void aPassStopsAtItsLimitAndTheNextGoesOn() {
    append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 5000).toArray());
    store.clock().advance(Duration.ofHours(2));
    append(store.journal(), PROJECT, DEVICE, 5001);
    RetentionReport first = retention().run(ONE_HOUR, Retention.Witness.NOBODY, 3000);
    assertThat(first.entries()).isBetween(3000L, 2999L + EntryWrites.ROW_ENTRIES);
    assertThat(first.complete()).isFalse();
    assertThat(of(DEVICE)).hasSize((int) (5001 - first.entries())).startsWith(first.entries() + 1);
    RetentionReport second = retention().run(ONE_HOUR, Retention.Witness.NOBODY, 3000);
    assertThat(second.entries()).isEqualTo(5000 - first.entries());
    assertThat(second.complete()).isTrue();
    assertThat(of(DEVICE)).containsExactly(5001L);
    assertThat(retention().usage(PROJECT).entries()).isEqualTo(1);
  }

  @Test
  void aScanGoesOnWhileItsMessagesAreDeleted() {
    append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 500).toArray());
    try (History.Scan scan = store.history().scan(DEVICE, History.Range.newest())) {
      assertThat(scan.next()).isNotNull();
      assertThat(cap(0).entries()).isEqualTo(500);
      assertThat(scan.skip(1000)).isLessThan(500);
      assertThat(scan.next()).isNull();
    }
  }

  @Test
  void aFinalCommandGoesWithItsEntriesAndAWaitingOneStays() {
    Command _ = create(1, null);
    Command _ = create(2, null);
    assertThat(get(store.commandLog().change(command(1), CommandState.CANCELLED))).isPresent();
    store.clock().advance(Duration.ofHours(2));
    append(store.journal(), PROJECT, DEVICE, 9);
    assertThat(run(ONE_HOUR).entries()).isEqualTo(2);
    assertThat(store.commandLog().find(command(1))).isEmpty();
    assertThat(store.commandLog().list(DEVICE, null, 10))
        .extracting(Command::id)
        .containsExactly(command(2));
    assertThat(store.commandLog().pendingCount(DEVICE)).isEqualTo(1);
    assertThat(run(ONE_HOUR).entries()).isZero();
    assertThat(retention().usage(PROJECT).entries()).isEqualTo(2);

    assertThat(get(store.commandLog().change(command(2), CommandState.EXPIRED))).isPresent();
    assertThat(run(ONE_HOUR).entries()).isEqualTo(1);
    assertThat(store.commandLog().find(command(2))).isPresent();
    store.clock().advance(Duration.ofHours(2));
    assertThat(run(ONE_HOUR).entries()).isEqualTo(2);
    assertThat(store.commandLog().find(command(2))).isEmpty();
    assertThat(store.commandLog().list(DEVICE, null, 10)).isEmpty();
    assertThat(store.commandLog().due(Instant.MAX, 10)).isEmpty();
  }

  @Test
  void aKeyWhoseCommandIsGoneIsFree() {
    Command _ = create(1, "key");
    retention().deleteDevice(DEVICE);
    assertThat(create(2, "key").id()).isEqualTo(command(2));
  }

  @Test
  void keysWhoseTimeIsOverAreDeleted() {
    Command _ = create(1, "key");
    store.clock().advance(Duration.ofHours(24).minusMillis(1));
    assertThat(run(_ -> RetentionPolicy.KEEP_ALL).keys()).isZero();
    store.clock().advance(Duration.ofMillis(1));
    assertThat(run(_ -> RetentionPolicy.KEEP_ALL).keys()).isEqualTo(1);
    assertThat(run(_ -> RetentionPolicy.KEEP_ALL).keys()).isZero();
    assertThat(create(2, "key").id()).isEqualTo(command(2));
  }

  @Test
  void aProjectIsDeletedWithItsWaitingCommands() {
    append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 3000).toArray());
    append(store.journal(), OTHER_PROJECT, OTHER_DEVICE, 7);
    Command _ = create(1, null);
    retention().deleteProject(PROJECT);
    assertThat(of(DEVICE)).isEmpty();
    assertThat(of(OTHER_DEVICE)).containsExactly(7L);
    assertThat(store.commandLog().pendingCount(DEVICE)).isZero();
    assertThat(store.commandLog().due(Instant.MAX, 10)).isEmpty();
    assertThat(store.commandLog().find(command(1))).isEmpty();
    assertThat(retention().usage(PROJECT)).isEqualTo(new ProjectUsage(0, 0));
    assertThat(Samples.entries(store.journal())).hasSize(1);
  }

  @Test
  void aDeviceIsDeletedWithItsWaitingCommands() {
    append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 3000).toArray());
    append(store.journal(), PROJECT, OTHER_DEVICE, 7);
    Command _ = create(1, null);
    retention().deleteDevice(DEVICE);
    assertThat(of(DEVICE)).isEmpty();
    assertThat(of(OTHER_DEVICE)).containsExactly(7L);
    assertThat(store.commandLog().find(command(1))).isEmpty();
    assertThat(store.commandLog().pendingCount(DEVICE)).isZero();
    assertThat(retention().usage(PROJECT).entries()).isEqualTo(1);
    assertThat(Samples.entries(store.journal())).hasSize(1);
  }

  @Test
  void blocksOfPositionsAreSweptOneAfterTheOther() {
    long[] many = LongStream.rangeClosed(1, 30_000).toArray();
    for (int i = 0; i < 3; i++) {
      append(store.journal(), PROJECT, DEVICE, many);
      append(store.journal(), OTHER_PROJECT, OTHER_DEVICE, i);
    }
    long each = retention().usage(PROJECT).bytes();
    assertThat(cap(0).entries()).isEqualTo(90_003);
    assertThat(each).isPositive();
    assertThat(Samples.entries(store.journal())).isEmpty();
    assertThat(retention().usage(PROJECT)).isEqualTo(new ProjectUsage(0, 0));
    assertThat(retention().usage(OTHER_PROJECT)).isEqualTo(new ProjectUsage(0, 0));
  }

  @Test
  void anAgeOrSizeBelowZeroIsRefused() {
    assertThatThrownBy(() -> new RetentionPolicy(Duration.ofMillis(-1), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RetentionPolicy(null, -1L))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

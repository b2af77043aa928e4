package com.iottly.platform.core;

import static com.iottly.platform.core.CommandState.CANCELLED;
import static com.iottly.platform.core.CommandState.DELIVERED;
import static com.iottly.platform.core.CommandState.EXPIRED;
import static com.iottly.platform.core.CommandState.FAILED;
import static com.iottly.platform.core.CommandState.QUEUED;
import static com.iottly.platform.core.CommandState.SENT;
import static com.iottly.platform.core.CommandState.SUCCEEDED;
import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.EPOCH;
import static com.iottly.platform.core.Samples.OTHER_DEVICE;
import static com.iottly.platform.core.Samples.OTHER_PROJECT;
import static com.iottly.platform.core.Samples.PROJECT;
import static com.iottly.platform.core.Samples.command;
import static com.iottly.platform.core.Samples.entries;
import static com.iottly.platform.core.Samples.get;
import static com.iottly.platform.core.Samples.open;
import static com.iottly.platform.core.Samples.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.platform.core.CommandLog.Created;
import com.iottly.platform.core.CommandLog.NewCommand;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link CommandLog} does. */
public abstract class CommandLogContract {

  private StoreFixture store;
  private Instant expires;

  protected abstract StoreFixture openStore();

  @BeforeEach
  void openTheStore() {
    store = openStore();
    expires = store.clock().instant().plus(Duration.ofHours(24));
  }

  @AfterEach
  void closeTheStore() {
    store.close();
  }

  private NewCommand wanted(long number, DeviceId device, Instant until, @Nullable String key) {
    return new NewCommand(
        command(number), PROJECT, device, "echo", payload(number), until, key, "f" + number);
  }

  private Command create(long number) {
    return create(number, DEVICE, expires);
  }

  private Command create(long number, DeviceId device, Instant until) {
    Created created = get(store.commandLog().create(wanted(number, device, until, null)));
    return ((Created.Accepted) created).command();
  }

  private AppendOutcome reply(
      DeviceId device, long number, CommandState state, String error, Payload result) {
    Epoch epoch = new Epoch(5, device.value().getLeastSignificantBits());
    Journal.Opened.Stream stream = open(store.journal(), device, epoch);
    return get(
        store
            .journal()
            .append(
                PROJECT,
                device,
                stream.fence(),
                epoch,
                stream.received() + 1,
                List.of(new Uplink.CommandReply(command(number), state, error, result))));
  }

  private CommandState state(long number) {
    return store.commandLog().find(command(number)).orElseThrow().state();
  }

  private CommandState change(long number, CommandState state) {
    return get(store.commandLog().change(command(number), state)).orElseThrow().state();
  }

  @Test
  void anAcceptedCommandIsQueuedAndDurable() {
    Command created = create(1);
    Instant now = store.clock().instant();
    assertThat(created)
        .isEqualTo(
            new Command(
                command(1),
                PROJECT,
                DEVICE,
                "echo",
                payload(1),
                created.position(),
                now,
                expires,
                QUEUED,
                now,
                null,
                null));
    assertThat(entries(store.journal()))
        .containsExactly(
            new CommandChange(
                created.position(), PROJECT, DEVICE, command(1), now, QUEUED, null, null));
    store.reopen();
    assertThat(store.commandLog().find(command(1))).contains(created);
    assertThat(store.commandLog().pending(DEVICE, 10)).containsExactly(created);
    assertThat(store.commandLog().list(DEVICE, null, 10)).containsExactly(created);
    assertThat(store.commandLog().pendingCount(DEVICE)).isEqualTo(1);
  }

  @Test
  void anUnknownCommandIsEmpty() {
    assertThat(store.commandLog().find(command(1))).isEmpty();
    assertThat(get(store.commandLog().change(command(1), SENT))).isEqualTo(Optional.empty());
    assertThat(store.commandLog().pending(DEVICE, 10)).isEmpty();
    assertThat(store.commandLog().list(DEVICE, null, 10)).isEmpty();
    assertThat(store.commandLog().due(Instant.MAX, 10)).isEmpty();
    assertThat(store.commandLog().pendingCount(DEVICE)).isZero();
  }

  @Test
  void theDevicesWordGoesFromSentToSucceededInTheJournal() {
    Command created = create(1);
    store.clock().advance(Duration.ofSeconds(1));
    assertThat(change(1, SENT)).isEqualTo(SENT);
    assertThat(store.commandLog().pendingCount(DEVICE)).isEqualTo(1);
    assertThat(reply(DEVICE, 1, DELIVERED, null, null)).isEqualTo(new Appended(1));
    assertThat(store.commandLog().pendingCount(DEVICE)).isZero();
    assertThat(store.commandLog().due(Instant.MAX, 10)).isEmpty();
    store.clock().advance(Duration.ofSeconds(1));
    assertThat(reply(DEVICE, 1, SUCCEEDED, null, payload(9))).isEqualTo(new Appended(2));
    Command done = store.commandLog().find(command(1)).orElseThrow();
    assertThat(done.state()).isEqualTo(SUCCEEDED);
    assertThat(done.result()).isEqualTo(payload(9));
    assertThat(done.created()).isEqualTo(created.created());
    assertThat(done.changed()).isEqualTo(store.clock().instant());
    assertThat(entries(store.journal()))
        .extracting(entry -> ((CommandChange) entry).state())
        .containsExactly(QUEUED, SENT, DELIVERED, SUCCEEDED);
  }

  @Test
  void aFailureKeepsItsReason() {
    Command _ = create(1);
    assertThat(reply(DEVICE, 1, FAILED, "niente più disco", payload(3))).isEqualTo(new Appended(1));
    Command failed = store.commandLog().find(command(1)).orElseThrow();
    assertThat(failed.error()).isEqualTo("niente più disco");
    assertThat(failed.result()).isEqualTo(payload(3));
    assertThat(entries(store.journal()).getLast())
        .isEqualTo(
            new CommandChange(
                failed.position() + 1,
                PROJECT,
                DEVICE,
                command(1),
                failed.changed(),
                FAILED,
                "niente più disco",
                payload(3)));
  }

  @Test
  void statesFollowTheirTable() {
    for (CommandState from : List.of(SENT, EXPIRED, CANCELLED, DELIVERED, SUCCEEDED, FAILED)) {
      for (CommandState to : List.of(SENT, EXPIRED, CANCELLED, DELIVERED, SUCCEEDED, FAILED)) {
        long number = 100 + from.ordinal() * 10L + to.ordinal();
        Command _ = create(number);
        bring(number, from);
        assertThat(state(number)).isEqualTo(from);
        bring(number, to);
        assertThat(state(number))
            .as("%s to %s", from, to)
            .isEqualTo(from.mayBecome(to) ? to : from);
      }
    }
  }

  private void bring(long number, CommandState state) {
    switch (state) {
      case SENT, EXPIRED, CANCELLED -> change(number, state);
      case DELIVERED, SUCCEEDED, FAILED ->
          assertThat(reply(DEVICE, number, state, null, null)).isInstanceOf(Appended.class);
      case QUEUED -> throw new AssertionError("every command starts there");
    }
  }

  @Test
  void whatIsNotForThePlatformToSayIsRefused() {
    assertThatThrownBy(() -> store.commandLog().change(command(1), SUCCEEDED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SUCCEEDED");
  }

  @Test
  void aReplyOfAnotherDeviceTakesUpItsSequenceAndChangesNothing() {
    Command _ = create(1);
    assertThat(reply(OTHER_DEVICE, 1, SUCCEEDED, null, null)).isEqualTo(new Appended(1));
    assertThat(reply(OTHER_DEVICE, 99, SUCCEEDED, null, null)).isEqualTo(new Appended(2));
    assertThat(reply(DEVICE, 1, EXPIRED, null, null)).isEqualTo(new Appended(1));
    assertThat(state(1)).isEqualTo(QUEUED);
    assertThat(entries(store.journal())).hasSize(1);
  }

  @Test
  void aRepeatedReplyChangesNothing() {
    Command _ = create(1);
    Journal.Opened.Stream stream = open(store.journal(), DEVICE, EPOCH);
    List<Uplink> replies =
        List.of(
            new Uplink.CommandReply(command(1), DELIVERED, null, null),
            new Uplink.CommandReply(command(1), SUCCEEDED, null, payload(1)),
            new Uplink.CommandReply(command(1), FAILED, "late", null));
    for (int i = 0; i < 2; i++) {
      AppendOutcome outcome =
          get(store.journal().append(PROJECT, DEVICE, stream.fence(), EPOCH, 1, replies));
      assertThat(outcome).isEqualTo(i == 0 ? new Appended(3) : new AppendOutcome.AlreadyHave(3));
    }
    assertThat(state(1)).isEqualTo(SUCCEEDED);
    assertThat(entries(store.journal())).hasSize(3);
  }

  @Test
  void pendingComesOldestFirstAndListNewestFirst() {
    for (long number = 1; number <= 5; number++) {
      Command _ = create(number);
      Command _ = create(100 + number, OTHER_DEVICE, expires);
    }
    assertThat(change(2, CANCELLED)).isEqualTo(CANCELLED);
    assertThat(change(3, SENT)).isEqualTo(SENT);
    assertThat(store.commandLog().pending(DEVICE, 3))
        .extracting(Command::id)
        .containsExactly(command(1), command(3), command(4));
    assertThat(store.commandLog().pendingCount(DEVICE)).isEqualTo(4);
    assertThat(store.commandLog().list(DEVICE, null, 2))
        .extracting(Command::id)
        .containsExactly(command(5), command(4));
    assertThat(store.commandLog().list(DEVICE, command(4), 9))
        .extracting(Command::id)
        .containsExactly(command(3), command(2), command(1));
    assertThatThrownBy(() -> store.commandLog().list(DEVICE, command(101), 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no command");
  }

  @Test
  void dueCommandsAreThoseThatExpireAtOrBeforeTheMoment() {
    Instant now = store.clock().instant();
    Command _ = create(1, DEVICE, now.plusMillis(2000));
    Command _ = create(2, OTHER_DEVICE, now.plusMillis(1000));
    Command _ = create(3, DEVICE, now.plusMillis(1001));
    assertThat(store.commandLog().due(now.plusMillis(999), 10)).isEmpty();
    assertThat(store.commandLog().due(now.plusMillis(1000), 10))
        .extracting(Command::id)
        .containsExactly(command(2));
    assertThat(store.commandLog().due(now.plusMillis(5000), 2))
        .extracting(Command::id)
        .containsExactly(command(2), command(3));
    assertThat(change(2, EXPIRED)).isEqualTo(EXPIRED);
    assertThat(store.commandLog().due(now.plusMillis(5000), 10))
        .extracting(Command::id)
        .containsExactly(command(3), command(1));
  }

  @Test
  void aRepeatUnderTheSameKeyReturnsWhatTheFirstMade() {
    NewCommand first = wanted(1, DEVICE, expires, "key");
    Command created = ((Created.Accepted) get(store.commandLog().create(first))).command();
    NewCommand repeat =
        new NewCommand(
            command(2), PROJECT, DEVICE, "echo", payload(1), expires, "key", first.fingerprint());
    assertThat(get(store.commandLog().create(repeat))).isEqualTo(new Created.Repeated(created));
    assertThat(change(1, SENT)).isEqualTo(SENT);
    store.reopen();
    Created again = get(store.commandLog().create(repeat));
    assertThat(((Created.Repeated) again).command().state()).isEqualTo(SENT);
    assertThat(store.commandLog().find(command(2))).isEmpty();
  }

  @Test
  void whatARepeatGetsIsKnownBeforeItIsMade() {
    NewCommand first = wanted(1, DEVICE, expires, "key");
    assertThat(store.commandLog().repeat(first)).isEmpty();
    get(store.commandLog().create(first));
    Command made = store.commandLog().find(first.id()).orElseThrow();
    assertThat(store.commandLog().repeat(first)).contains(new Created.Repeated(made));
    assertThat(store.commandLog().repeat(wanted(2, DEVICE, expires, "key")))
        .contains(new Created.KeyReused());
    assertThat(store.commandLog().repeat(wanted(1, DEVICE, expires, "other"))).isEmpty();
    assertThat(store.commandLog().repeat(wanted(1, DEVICE, expires, null))).isEmpty();
    store.clock().advance(Duration.ofHours(24));
    assertThat(store.commandLog().repeat(first)).isEmpty();
  }

  @Test
  void repeatsThatComeTogetherMakeOneCommand() {
    List<Created> outcomes =
        java.util.stream.LongStream.rangeClosed(1, 50)
            .mapToObj(n ->
                store
                    .commandLog()
                    .create(
                        new NewCommand(
                            command(n),
                            PROJECT,
                            DEVICE,
                            "echo",
                            payload(1),
                            expires,
                            "key",
                            "same")))
            .toList()
            .stream()
            .map(Samples::get)
            .toList();
    Command created = ((Created.Accepted) outcomes.getFirst()).command();
    assertThat(outcomes.subList(1, 50)).allMatch(new Created.Repeated(created)::equals);
    assertThat(store.commandLog().list(DEVICE, null, 100)).containsExactly(created);
  }

  @Test
  void aKeyCannotBeUsedForAnotherRequest() {
    assertThat(get(store.commandLog().create(wanted(1, DEVICE, expires, "key"))))
        .isInstanceOf(Created.Accepted.class);
    assertThat(get(store.commandLog().create(wanted(2, DEVICE, expires, "key"))))
        .isEqualTo(new Created.KeyReused());
    assertThat(store.commandLog().find(command(2))).isEmpty();
  }

  @Test
  void keysAreThoseOfTheirProject() {
    assertThat(get(store.commandLog().create(wanted(1, DEVICE, expires, "key"))))
        .isInstanceOf(Created.Accepted.class);
    NewCommand other =
        new NewCommand(
            command(2), OTHER_PROJECT, OTHER_DEVICE, "echo", payload(2), expires, "key", "f2");
    assertThat(get(store.commandLog().create(other))).isInstanceOf(Created.Accepted.class);
  }

  @Test
  void aKeyIsForgottenAfter24Hours() {
    assertThat(get(store.commandLog().create(wanted(1, DEVICE, expires, "key"))))
        .isInstanceOf(Created.Accepted.class);
    store.clock().advance(Duration.ofHours(24).minusMillis(1));
    assertThat(get(store.commandLog().create(wanted(2, DEVICE, expires, "key"))))
        .isEqualTo(new Created.KeyReused());
    store.clock().advance(Duration.ofMillis(1));
    assertThat(get(store.commandLog().create(wanted(3, DEVICE, expires, "key"))))
        .isInstanceOf(Created.Accepted.class);
  }

  @Test
  void aKeyHasAtMost255Characters() {
    assertThat(get(store.commandLog().create(wanted(1, DEVICE, expires, "k".repeat(255)))))
        .isInstanceOf(Created.Accepted.class);
    assertThatThrownBy(() -> store.commandLog().create(wanted(2, DEVICE, expires, "k".repeat(256))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("255");
  }

  @Test
  void theSameCommandTwiceIsOneCommand() {
    Command created = create(1);
    assertThat(get(store.commandLog().create(wanted(1, DEVICE, expires, null))))
        .isEqualTo(new Created.Repeated(created));
    assertThat(store.commandLog().pending(DEVICE, 10)).containsExactly(created);
  }
}

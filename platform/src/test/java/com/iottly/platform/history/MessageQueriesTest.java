package com.iottly.platform.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.filter.Filter;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.QueryLimits;
import com.iottly.platform.history.QueryResult.Found;
import com.iottly.platform.history.QueryResult.TooSlow;
import com.iottly.platform.json.Messages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageQueriesTest {

  private static final Window OLDEST_FIRST =
      new Window(EnumSet.allOf(MessageType.class), null, null, Window.Order.OLDEST_FIRST);

  private final MemoryHistory history = new MemoryHistory();
  private final MessageQueries queries = new MessageQueries(history, QueryLimits.DEFAULTS, () -> 0);

  @AfterEach
  void everyScanIsClosed() {
    assertThat(history.openScans).isZero();
  }

  @Test
  void theNewestMessagesComeFirst() {
    append(1, 5);

    assertThat(positions(queries.newest(Messages.DEVICE, 3, null, null)))
        .containsExactly(5L, 4L, 3L);
  }

  @Test
  void aFilterIsAppliedBeforeTheCount() {
    append(1, 100);

    Found found =
        (Found)
            queries.newest(Messages.DEVICE, 2, filter("{\"payload.n\":{\"$mod\":[10,0]}}"), null);

    assertThat(positions(found)).containsExactly(100L, 90L);
    assertThat(found.more()).isTrue();
    assertThat(history.payloadsRead).isEqualTo(11);
  }

  @Test
  void theCursorGoesOnWhereTheAnswerEndedWhileMessagesArrive() {
    append(1, 25);
    List<Long> seen = new ArrayList<>();
    String cursor = null;
    Found found;
    do {
      found = (Found) queries.newest(Messages.DEVICE, 10, null, cursor);
      seen.addAll(positions(found));
      cursor = found.next();
      append(history.messages.size() + 1, history.messages.size() + 3);
    } while (found.more());

    assertThat(seen).containsExactlyElementsOf(descending(25, 1));
  }

  @Test
  void nothingIsReadForAFilterThatCanMatchNothing() {
    append(1, 5);

    assertThat(queries.newest(Messages.DEVICE, 3, filter("{\"type\":\"other\"}"), null))
        .isEqualTo(new Found(List.of(), false, null));
    assertThat(history.payloadsRead).isZero();
  }

  @Test
  void pagesCountFromOneAndEndWithTheHistory() {
    append(1, 25);

    Found second = (Found) queries.page(Messages.DEVICE, Window.ALL, 2, 10);
    Found third = (Found) queries.page(Messages.DEVICE, Window.ALL, 3, 10);

    assertThat(positions(second)).containsExactlyElementsOf(descending(15, 6));
    assertThat(second.more()).isTrue();
    assertThat(positions(third)).containsExactlyElementsOf(descending(5, 1));
    assertThat(third.more()).isFalse();
    assertThat(positions(queries.page(Messages.DEVICE, Window.ALL, 4, 10))).isEmpty();
    assertThat(positions(queries.page(Messages.DEVICE, Window.ALL, Integer.MAX_VALUE, 100)))
        .isEmpty();
    assertThat(history.payloadsRead).as("skipped messages are not read").isEqualTo(15);
  }

  @Test
  void aWindowHasItsFirstMomentButNotItsLast() {
    append(1, 10);
    Instant third = history.messages.get(2).timestamp();
    Instant sixth = history.messages.get(5).timestamp();
    Window window =
        new Window(EnumSet.allOf(MessageType.class), third, sixth, Window.Order.OLDEST_FIRST);

    assertThat(positions(queries.page(Messages.DEVICE, window, 1, 10))).containsExactly(3L, 4L, 5L);
  }

  @Test
  void aWindowWithoutTypesOrTimeIsEmpty() {
    append(1, 3);
    Window noTypes =
        new Window(EnumSet.noneOf(MessageType.class), null, null, Window.Order.NEWEST_FIRST);
    Window noTime =
        new Window(
            EnumSet.allOf(MessageType.class),
            Messages.START,
            Messages.START,
            Window.Order.NEWEST_FIRST);

    assertThat(positions(queries.page(Messages.DEVICE, noTypes, 1, 10))).isEmpty();
    assertThat(positions(queries.page(Messages.DEVICE, noTime, 1, 10))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Window.Order.class)
  void cursorPagesLoseAndRepeatNothingWhileMessagesArrive(Window.Order order) {
    append(1, 30);
    Window window = new Window(EnumSet.allOf(MessageType.class), null, null, order);
    List<Long> seen = new ArrayList<>();
    Found found = (Found) queries.page(Messages.DEVICE, window, 1, 7);
    seen.addAll(positions(found));
    while (found.more()) {
      if (history.messages.size() < 50) {
        append(history.messages.size() + 1, history.messages.size() + 5);
      }
      found = (Found) queries.pageAfter(Messages.DEVICE, window, found.next(), 7);
      seen.addAll(positions(found));
    }

    assertThat(seen)
        .doesNotHaveDuplicates()
        .hasSize(order == Window.Order.OLDEST_FIRST ? history.messages.size() : 30);
  }

  @Test
  void aReaderAtTheEndKeepsItsPlaceAndSeesWhatComes() {
    append(1, 3);
    Found end = (Found) queries.page(Messages.DEVICE, OLDEST_FIRST, 1, 10);
    Found nothing = (Found) queries.pageAfter(Messages.DEVICE, OLDEST_FIRST, end.next(), 10);
    append(4, 4);

    assertThat(nothing.messages()).isEmpty();
    assertThat(positions(queries.pageAfter(Messages.DEVICE, OLDEST_FIRST, nothing.next(), 10)))
        .containsExactly(4L);
  }

  @Test
  void foreignAndDamagedCursorsAreRefused() {
    append(1, 3);
    String cursor = ((Found) queries.newest(Messages.DEVICE, 1, null, null)).next();
    DeviceId other = new DeviceId(new UUID(1, 2));

    assertThat(cursor).matches("[A-Za-z0-9_-]{24}");
    assertThatThrownBy(() -> queries.newest(other, 1, null, cursor))
        .hasMessageContaining("this device");
    assertThatThrownBy(() -> queries.pageAfter(Messages.DEVICE, OLDEST_FIRST, cursor, 1))
        .hasMessageContaining("sort order");
    for (int i = 0; i < cursor.length(); i++) {
      String damaged =
          cursor.substring(0, i) + (cursor.charAt(i) == 'x' ? 'y' : 'x') + cursor.substring(i + 1);
      assertThatThrownBy(() -> queries.newest(Messages.DEVICE, 1, null, damaged))
          .isInstanceOfSatisfying(
              QueryException.class,
              e -> assertThat(e.code()).isEqualTo(QueryException.Code.BAD_CURSOR));
    }
    assertThatThrownBy(() -> queries.newest(Messages.DEVICE, 1, null, "§"))
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> queries.newest(Messages.DEVICE, 1, null, ""))
        .hasMessageContaining("damaged");
  }

  @Test
  void numbersOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> queries.newest(Messages.DEVICE, 0, null, null))
        .hasMessage("`numMessages` must be 1 to 100");
    assertThatThrownBy(() -> queries.newest(Messages.DEVICE, 101, null, null))
        .hasMessageContaining("100");
    assertThatThrownBy(() -> queries.page(Messages.DEVICE, Window.ALL, 0, 10))
        .hasMessageContaining("`p`");
    assertThatThrownBy(() -> queries.page(Messages.DEVICE, Window.ALL, 1, 101))
        .hasMessageContaining("`l`");
    assertThat(queries.newest(Messages.DEVICE, 100, null, null)).isInstanceOf(Found.class);
  }

  @Test
  void aQueryThatRunsOutOfTimeHasNoAnswer() {
    append(1, 1_000);
    Filter nothing = filter("{\"payload.n\":-1}");

    assertThat(ticking(4_900).newest(Messages.DEVICE, 1, nothing, null))
        .isInstanceOf(TooSlow.class);
    assertThat(ticking(1).newest(Messages.DEVICE, 1, nothing, null)).isInstanceOf(Found.class);
  }

  @Test
  void passingOverPagesTakesTimeToo() {
    append(1, 60_000);

    QueryResult result = ticking(2_600).page(Messages.DEVICE, Window.ALL, 600, 100);

    assertThat(result).isEqualTo(new TooSlow(Duration.ofSeconds(5), 40_000));
    assertThat(((TooSlow) result).sentence()).contains("40000 messages").contains("timestamp");
  }

  @Test
  void oneLargeMessageCantHoldAQueryUp() {
    String text = "ab".repeat(40_000);
    history.messages.add(Messages.withPayload("{\"s\":\"" + text + "\"}"));
    Filter costly = filter("{\"payload.s\":{\"$regex\":\"([ab]{400}){2}z\"}}");

    assertThat(ticking(100).newest(Messages.DEVICE, 1, costly, null))
        .isEqualTo(new TooSlow(Duration.ofSeconds(5), 1));
  }

  /** Queries whose clock goes on by that many milliseconds each time it is looked at. */
  private MessageQueries ticking(long millis) {
    long[] now = {0};
    return new MessageQueries(
        history, QueryLimits.DEFAULTS, () -> now[0] += Duration.ofMillis(millis).toNanos());
  }

  private void append(long first, long last) {
    for (long i = first; i <= last; i++) {
      history.messages.add(
          Messages.message(
              i,
              Messages.START.plusMillis(i / 3 * 400),
              i % 4 == 0 ? MessageType.IOTTLYAGENT : MessageType.USERDEFINED,
              null,
              "{\"n\":" + i + "}"));
    }
  }

  private static Filter filter(String json) {
    return Filter.parse(json, QueryLimits.DEFAULTS);
  }

  private static List<Long> positions(QueryResult result) {
    return ((Found) result).messages().stream().map(Message::position).toList();
  }

  private static List<Long> descending(long from, long to) {
    List<Long> all = new ArrayList<>();
    for (long i = from; i >= to; i--) {
      all.add(i);
    }
    return all;
  }
}

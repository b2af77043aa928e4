package com.iottly.platform.history;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.filter.Budget;
import com.iottly.platform.filter.Filter;
import com.iottly.platform.filter.PushDown;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.QueryException.Code;
import com.iottly.platform.filter.QueryLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The two message calls (contract §2). Reads block on disk: not for event loops. Any thread.
 *
 * <p>All methods throw {@link QueryException} for numbers out of range and for cursors that are not
 * theirs; all of them stop with {@link QueryResult.TooSlow} when {@link QueryLimits#runTime} is up.
 */
public final class MessageQueries {

  /** How many messages are passed over between two looks at the clock. */
  private static final long SKIP_STEP = 20_000;

  private final History history;
  private final QueryLimits limits;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime a clock that only goes forwards, such as {@link System#nanoTime}
   */
  public MessageQueries(History history, QueryLimits limits, LongSupplier nanoTime) {
    this.history = history;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * The newest messages that satisfy the filter, newest first.
   *
   * @param numMessages 1 to {@link QueryLimits#messages}
   * @param filter or null for all messages
   * @param cursor the {@code next} of an earlier answer, to go on behind it, or null
   */
  public QueryResult newest(
      DeviceId device, int numMessages, @Nullable Filter filter, @Nullable String cursor) {
    requireUpTo(limits.messages(), "numMessages", numMessages);
    MessageId after = cursor == null ? null : MessageCursor.parse(cursor, device, true).last();
    PushDown pushDown = filter == null ? PushDown.EVERYTHING : filter.pushDown();
    if (pushDown.isNothing()) {
      return new QueryResult.Found(List.of(), false, cursor);
    }
    Walk walk = new Walk(device, true, cursor);
    try (History.Scan scan = history.scan(device, pushDown.newestFirst(after))) {
      return walk.collect(scan, numMessages, filter);
    } catch (Budget.SpentException _) {
      return walk.tooSlow();
    }
  }

  /**
   * A page by its number. Pages shift while new messages arrive; the answer's {@code next} does
   * not.
   *
   * @param page from 1
   * @param pageSize 1 to {@link QueryLimits#messages}
   */
  public QueryResult page(DeviceId device, Window window, int page, int pageSize) {
    requireUpTo(Integer.MAX_VALUE, "p", page);
    return page(device, window, null, (page - 1L) * pageSize, pageSize);
  }

  /**
   * The page behind a cursor: nothing is lost and nothing repeated while new messages arrive.
   *
   * @param cursor the {@code next} of an earlier answer for the same device and order
   * @param pageSize 1 to {@link QueryLimits#messages}
   */
  public QueryResult pageAfter(DeviceId device, Window window, String cursor, int pageSize) {
    return page(device, window, cursor, 0, pageSize);
  }

  private QueryResult page(
      DeviceId device, Window window, @Nullable String cursor, long skip, int pageSize) {
    requireUpTo(limits.messages(), "l", pageSize);
    boolean newestFirst = window.newestFirst();
    MessageId after =
        cursor == null ? null : MessageCursor.parse(cursor, device, newestFirst).last();
    if (window.isNothing()) {
      return new QueryResult.Found(List.of(), false, cursor);
    }
    Walk walk = new Walk(device, newestFirst, cursor);
    try (History.Scan scan = history.scan(device, window.behind(after))) {
      return walk.skip(scan, skip)
          ? walk.collect(scan, pageSize, null)
          : new QueryResult.Found(List.of(), false, cursor);
    } catch (Budget.SpentException _) {
      return walk.tooSlow();
    }
  }

  private static void requireUpTo(int max, String name, int value) {
    if (value < 1 || value > max) {
      throw new QueryException(
          Code.OUT_OF_RANGE,
          "`" + name + "` must be " + (max == Integer.MAX_VALUE ? "1 or more" : "1 to " + max));
    }
  }

  /** One query on its way through the history. */
  private final class Walk {

    private final DeviceId device;
    private final boolean newestFirst;
    private final @Nullable String start;
    private final Budget budget = Budget.of(limits.runTime(), nanoTime);
    private long passed;

    Walk(DeviceId device, boolean newestFirst, @Nullable String start) {
      this.device = device;
      this.newestFirst = newestFirst;
      this.start = start;
    }

    /** Passes over that many messages; false when there are fewer. */
    boolean skip(History.Scan scan, long count) {
      for (long left = count; left > 0; left -= SKIP_STEP) {
        long step = Math.min(left, SKIP_STEP);
        long skipped = scan.skip(step);
        passed += skipped;
        if (skipped < step) {
          return false;
        }
        budget.look();
      }
      return true;
    }

    QueryResult.Found collect(History.Scan scan, int count, @Nullable Filter filter) {
      List<Message> messages = new ArrayList<>();
      while (messages.size() < count) {
        Message message = scan.next();
        if (message == null) {
          return found(messages, false);
        }
        passed++;
        budget.step();
        if (filter == null || filter.matches(message, budget)) {
          messages.add(message);
        }
      }
      return found(messages, scan.skip(1) == 1);
    }

    private QueryResult.Found found(List<Message> messages, boolean more) {
      String next =
          messages.isEmpty()
              ? start
              : new MessageCursor(device, messages.getLast().id(), newestFirst).token();
      return new QueryResult.Found(messages, more, next);
    }

    QueryResult.TooSlow tooSlow() {
      return new QueryResult.TooSlow(limits.runTime(), passed);
    }
  }
}

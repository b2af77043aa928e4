package com.iottly.platform.history;

import com.iottly.platform.core.Message;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a query. */
public sealed interface QueryResult {

  /**
   * The answer.
   *
   * @param messages in the order that was asked for
   * @param more whether there is something behind them now; with a filter that filled the answer it
   *     means that there may be
   * @param next a cursor to the place behind the last of them, for the same call; null when there
   *     were none and no cursor was given
   */
  record Found(List<Message> messages, boolean more, @Nullable String next) implements QueryResult {
    public Found {
      messages = List.copyOf(messages);
    }
  }

  /**
   * The time was up before the answer was complete ({@code query_too_slow}).
   *
   * @param limit the time the query had
   * @param examined how many messages it had passed
   */
  record TooSlow(Duration limit, long examined) implements QueryResult {

    /** For whoever asked. */
    public String sentence() {
      return "the query passed "
          + examined
          + " messages in "
          + limit.toMillis()
          + " ms without an end; narrow it with bounds on `timestamp`, or ask for less";
    }
  }
}

package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.http.ApiException;
import com.iottly.cli.http.UnreachableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a device sends from now on.
 *
 * <p>Each round asks for the newest message's id, and when it is another one than before, for all
 * messages behind the old one up to the new one. Nothing moves into such an interval later, so
 * nothing is missed and nothing seen twice. A platform that is away is asked again until it is
 * back.
 */
final class Follow {

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MOST_AT_ONCE = 10_000;

  private final Exchange exchange;
  private final MessageHistory history;
  private final MessagePrinter printer;
  private final Duration interval;
  private Optional<String> last = Optional.empty();
  private int failures;

  Follow(Exchange exchange, MessageHistory history, MessagePrinter printer, Duration interval) {
    this.exchange = exchange;
    this.history = history;
    this.printer = printer;
    this.interval =
        interval.compareTo(Duration.ofMillis(100)) < 0 ? Duration.ofMillis(100) : interval;
  }

  /**
   * Prints until nobody reads any more; a platform that refuses ends it with an exception.
   *
   * @param first how many there are to begin with
   */
  int run(Limit first) throws InterruptedException {
    printer.begin();
    if (!first.equals(Limit.ALL)) {
      last = history.newestId();
      last.ifPresent(id -> print(history.upTo(id, first.count())));
    }
    while (printer.arrives()) {
      if (!round()) {
        Thread.sleep(interval);
      }
    }
    return ExitCode.DONE;
  }

  /** Prints what is new; answers whether there is more already. */
  private boolean round() throws InterruptedException {
    Optional<String> newest = patiently(history::newestId);
    if (newest.isEmpty() || newest.equals(last)) {
      return false;
    }
    List<JsonNode> found = patiently(() -> history.between(last, newest.get(), MOST_AT_ONCE));
    print(found);
    boolean full = found.size() == MOST_AT_ONCE;
    last = full ? Optional.of(MessageHistory.id(found.getLast())) : newest;
    return full;
  }

  private void print(List<JsonNode> messages) {
    messages.forEach(printer::inStream);
  }

  private <T> T patiently(Supplier<T> question) throws InterruptedException {
    while (true) {
      try {
        T answer = question.get();
        if (failures > 0) {
          exchange.warn("the platform is back");
        }
        failures = 0;
        return answer;
      } catch (UnreachableException e) {
        pause(e, Optional.empty());
      } catch (ApiException e) {
        if (!e.isPassing()) {
          throw e;
        }
        pause(e, e.retryAfter());
      }
    }
  }

  private void pause(Exception failure, Optional<Duration> wanted) throws InterruptedException {
    if (failures == 0) {
      exchange.warn(Cli.sentence(failure) + " Trying again until it answers …");
    }
    Duration growing = Duration.ofMillis(250L << Math.min(failures, 7));
    failures++;
    Duration pause = wanted.orElse(growing);
    Thread.sleep(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }
}

package com.iottly.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration MAX = Duration.ofSeconds(120);

  /** Always the largest possible number, or the smallest. */
  private static Backoff backoff(boolean largest) {
    RandomGenerator random =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public long nextLong(long bound) {
            return largest ? bound - 1 : 0;
          }
        };
    return new Backoff(FIRST, MAX, random);
  }

  @Test
  void theBoundDoublesFromTheIntervalToTheMaximum() {
    Backoff backoff = backoff(true);
    for (int seconds : new int[] {5, 10, 20, 40, 80, 120, 120}) {
      assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(seconds));
    }
  }

  @Test
  void jitterIsFull() {
    assertThat(backoff(false).next()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aHealthyConnectionStartsItOver() {
    Backoff backoff = backoff(true);
    assertThat(backoff.next()).isLessThan(backoff.next());
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(FIRST);
  }

  @Test
  void theLongestPauseIsAtLeastHalfTheMaximum() {
    assertThat(backoff(false).longest()).isEqualTo(MAX.dividedBy(2));
    assertThat(backoff(true).longest()).isEqualTo(MAX);
    assertThat(backoff(false).rarely()).isGreaterThan(MAX);
  }

  @ParameterizedTest
  @CsvSource({"false,10,10", "true,10,20", "false,999999,3600", "true,999999,7200"})
  void retryAfterIsTheLeastAndAnHourIsBelieved(boolean largest, int asked, int expected) {
    assertThat(backoff(largest).retryAfter(Duration.ofSeconds(asked)))
        .isEqualTo(Duration.ofSeconds(expected));
  }

  @Test
  void manyFailuresDoNotOverflow() {
    Backoff backoff = backoff(true);
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.next()).isBetween(FIRST, MAX);
    }
  }
}

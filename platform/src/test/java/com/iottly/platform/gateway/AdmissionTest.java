package com.iottly.platform.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5 * SECOND);
  private final Admission admission = new Admission(10, 20, nanos::get);

  @Test
  void aBurstIsAdmittedAtOnceAndTheNextOneHasToWait() {
    for (int i = 0; i < 20; i++) {
      assertThat(admission.secondsToWait()).isZero();
    }
    assertThat(admission.secondsToWait()).isPositive();
  }

  @Test
  void afterTheBurstTheSetRateIsAdmittedAndNoMore() {
    drainBurst();
    int admitted = 0;
    for (int step = 0; step < 100; step++) {
      nanos.addAndGet(SECOND / 10);
      while (admission.secondsToWait() == 0) {
        admitted++;
      }
    }
    assertThat(admitted).isEqualTo(100);
  }

  @Test
  void thoseWhoWaitAreSpreadOverTheTimeTheyNeed() {
    drainBurst();
    int[] perSecond = new int[6];
    for (int i = 0; i < 40; i++) {
      perSecond[admission.secondsToWait()]++;
    }
    assertThat(perSecond).containsExactly(0, 10, 10, 10, 10, 0);
  }

  @Test
  void nobodyIsSentAwayForMoreThanTwoMinutes() {
    drainBurst();
    for (int i = 0; i < 5_000; i++) {
      assertThat(admission.secondsToWait()).isBetween(1, 120);
    }
  }

  @Test
  void aQuietTimeRefillsTheBurstButNotMore() {
    drainBurst();
    nanos.addAndGet(1_000 * SECOND);
    int admitted = 0;
    while (admission.secondsToWait() == 0) {
      admitted++;
    }
    assertThat(admitted).isEqualTo(20);
  }

  private void drainBurst() {
    while (admission.secondsToWait() == 0) {
      // the bucket is being emptied
    }
    // the refusal that ended the loop took a place in the queue; start from an empty one
    nanos.addAndGet(SECOND / 10);
    int _ = admission.secondsToWait();
  }
}

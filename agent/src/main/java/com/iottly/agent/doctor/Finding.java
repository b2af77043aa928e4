package com.iottly.agent.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was found at one step.
 *
 * @param took how long it took, or null when that says nothing
 * @param said what is so
 * @param fix what to do about it, or empty
 * @param details more lines, such as a chain of certificates
 */
public record Finding(
    Step step,
    Verdict verdict,
    @Nullable Duration took,
    String said,
    String fix,
    List<String> details) {

  /** The steps in their order. */
  public enum Step {
    CONFIGURATION,
    CLOCK,
    CERTIFICATE,
    DNS,
    PROXY,
    TCP,
    TLS,
    WEBSOCKET,
    TOKEN,
    SERVER,
    DISK,
    AGENT,
    SERVICE;

    /** As a person and JSON call it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it is. */
  public enum Verdict {
    OK,
    /** Not nice, but it works. */
    WARNING,
    FAILED,
    /** Does not apply, or an earlier step failed. */
    SKIPPED
  }

  static Finding ok(Step step, String said) {
    return new Finding(step, Verdict.OK, null, said, "", List.of());
  }

  static Finding warning(Step step, String said, String fix) {
    return new Finding(step, Verdict.WARNING, null, said, fix, List.of());
  }

  static Finding failed(Step step, String said, String fix) {
    return new Finding(step, Verdict.FAILED, null, said, fix, List.of());
  }

  static Finding skipped(Step step, String said) {
    return new Finding(step, Verdict.SKIPPED, null, said, "", List.of());
  }

  Finding took(@Nullable Duration time) {
    return new Finding(step, verdict, time, said, fix, details);
  }

  Finding with(List<String> more) {
    return new Finding(step, verdict, took, said, fix, more);
  }
}

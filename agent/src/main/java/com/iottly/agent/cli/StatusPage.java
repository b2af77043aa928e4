package com.iottly.agent.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the running agent says about itself, for a person. */
final class StatusPage {

  private final Map<String, @Nullable Object> status;
  private final Instant now;
  private final List<String> lines = new ArrayList<>();

  private StatusPage(Map<String, @Nullable Object> status, Instant now) {
    this.status = status;
    this.now = now;
  }

  /** The page's lines. */
  static List<String> of(Map<String, @Nullable Object> status, Instant now) {
    return new StatusPage(status, now).lines();
  }

  private List<String> lines() {
    String started = has("started") ? ", started " + ago("started") : "";
    line("Agent", "iottly-agent " + text("version") + ", pid " + text("pid") + started);
    if (has("device")) {
      line("Device", text("device") + " of project " + text("project"));
    }
    connection();
    if (has("spool_waiting")) {
      spool();
    }
    if (has("clock_trusted")) {
      line("Clock", clock());
    }
    configuration();
    if (has("last_problem")) {
      line("Last problem", text("last_problem") + " (" + ago("last_problem_at") + ")");
    }
    return lines;
  }

  private void connection() {
    boolean connected = Boolean.TRUE.equals(status.get("connected"));
    String since = has("since") ? ", since " + span("since") : "";
    String endpoint = has("endpoint") ? (connected ? " to " : " at ") + text("endpoint") : "";
    line("Connection", (connected ? "connected" : "NOT connected") + endpoint + since);
    if (!connected) {
      line("", text("state") + (text("detail").isEmpty() ? "" : ": " + text("detail")));
    }
    if (has("superseded")) {
      line("", "another machine with this identity took over " + text("superseded") + " times");
    }
  }

  private void spool() {
    line(
        "Spool",
        "%s messages wait for the platform, %s of %s used%s"
            .formatted(
                text("spool_waiting"),
                bytes("spool_bytes"),
                bytes("spool_max_bytes"),
                has("last_ack") ? ", last acknowledged " + ago("last_ack") : ""));
    line(
        "Dropped",
        text("dropped_telemetry") + " telemetry, " + text("dropped_messages") + " other");
  }

  private String clock() {
    String trust = Boolean.TRUE.equals(status.get("clock_trusted")) ? "trusted" : "NOT trusted";
    return has("clock_offset_ms")
        ? trust + ", platform clock less device clock " + text("clock_offset_ms") + " ms"
        : trust;
  }

  private void configuration() {
    if (has("config_file")) {
      line("Configuration", text("config_file"));
    }
    if (has("config_problem")) {
      line("", "NOT taken over: " + text("config_problem").replace("\n", "; "));
    }
    if (status.get("restart_needed_for") instanceof List<?> keys) {
      String names = String.join(", ", keys.stream().map(String::valueOf).toList());
      line("", "changed, needs a restart: " + names);
    }
    if (status.get("config_warnings") instanceof List<?> warnings) {
      warnings.forEach(warning -> line("", String.valueOf(warning)));
    }
  }

  private void line(String title, String text) {
    lines.add("%-14s %s".formatted(title, text).stripTrailing());
  }

  private boolean has(String name) {
    return status.get(name) != null;
  }

  private String text(String name) {
    return String.valueOf(status.get(name));
  }

  private String ago(String name) {
    return span(name) + " ago";
  }

  private String span(String name) {
    return span(Duration.between(Instant.parse(text(name)), now));
  }

  /** A length of time in its largest unit. */
  static String span(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86400 ? seconds / 3600 + " h" : seconds / 86400 + " days";
  }

  private String bytes(String name) {
    long bytes = status.get(name) instanceof Number number ? number.longValue() : 0;
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < 1024 * 1024 ? bytes / 1024 + " KiB" : bytes / (1024 * 1024) + " MiB";
  }
}

package com.iottly.agent.doctor;

import com.iottly.agent.doctor.Finding.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Findings for a person's eyes, or for a program's. */
public final class Report {

  private static final String INDENT = " ".repeat(18);

  private Report() {}

  /** How the other end shows text. */
  public enum Look {
    /** Signs and colours. */
    TERMINAL,
    /** Words in ASCII. */
    PLAIN
  }

  /** One line for each step, with what to do below those that need it. */
  public static String text(List<Finding> findings, Look look) {
    var text = new StringBuilder();
    for (Finding finding : findings) {
      text.append(line(finding, look)).append('\n');
      for (String detail : finding.details()) {
        text.append(INDENT).append(dim(detail, look)).append('\n');
      }
      if (!finding.fix().isEmpty()) {
        text.append(INDENT).append(look == Look.TERMINAL ? "→ " : "-> ");
        text.append(finding.fix()).append('\n');
      }
    }
    return text.append('\n').append(verdict(findings)).append('\n').toString();
  }

  private static String line(Finding finding, Look look) {
    Duration took = finding.took();
    String time = took == null ? "" : "  " + dim(time(took), look);
    return sign(finding.verdict(), look)
        + " %-13s ".formatted(finding.step().label())
        + (finding.verdict() == Verdict.SKIPPED ? dim(finding.said(), look) : finding.said())
        + time;
  }

  private static String sign(Verdict verdict, Look look) {
    return switch (look) {
      case TERMINAL ->
          switch (verdict) {
            case OK -> " \u001b[32m✓\u001b[0m ";
            case WARNING -> " \u001b[33m!\u001b[0m ";
            case FAILED -> " \u001b[31m✗\u001b[0m ";
            case SKIPPED -> " \u001b[2m–\u001b[0m ";
          };
      case PLAIN ->
          switch (verdict) {
            case OK -> "ok ";
            case WARNING -> "?? ";
            case FAILED -> "NO ";
            case SKIPPED -> "-  ";
          };
    };
  }

  private static String dim(String text, Look look) {
    return look == Look.TERMINAL ? "\u001b[2m" + text + "\u001b[0m" : text;
  }

  private static String time(Duration took) {
    return took.toNanos() < 1_000_000
        ? "%.1f ms".formatted(took.toNanos() / 1e6)
        : took.toMillis() + " ms";
  }

  private static String verdict(List<Finding> findings) {
    List<String> failed =
        findings.stream()
            .filter(finding -> finding.verdict() == Verdict.FAILED)
            .map(finding -> finding.step().label())
            .toList();
    return failed.isEmpty()
        ? "This machine reaches its platform."
        : "To be put right, the first one first: " + String.join(", ", failed) + ".";
  }

  /** The members of the JSON object. */
  public static Map<String, Object> json(List<Finding> findings) {
    var steps = new ArrayList<Map<String, Object>>();
    for (Finding finding : findings) {
      var step = new LinkedHashMap<String, Object>();
      step.put("step", finding.step().label());
      step.put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
      Duration took = finding.took();
      if (took != null) {
        step.put("ms", Math.round(took.toNanos() / 1e3) / 1e3);
      }
      step.put("said", finding.said());
      if (!finding.fix().isEmpty()) {
        step.put("fix", finding.fix());
      }
      if (!finding.details().isEmpty()) {
        step.put("details", finding.details());
      }
      steps.add(step);
    }
    var report = new LinkedHashMap<String, Object>();
    report.put("well", Doctor.isWell(findings));
    report.put("steps", steps);
    return report;
  }
}

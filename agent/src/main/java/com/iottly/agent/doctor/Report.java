package com.iottly.agent.doctor;

import com.iottly.agent.doctor.Finding.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Findings for a person's eyes, or for a program's. */
public final class Report {

  private static final String INDENT = " ".repeat(18);
  private static final Pattern LINE = Pattern.compile(".{1,82}(?= |$)|\\S+");

  private Report() {}

  /** How the other end shows text. */
  public enum Look {
    /** Signs and colours. */
    TERMINAL,
    /** Words in ASCII. */
    PLAIN
  }

  /** One paragraph for each step, with what to do below those that need it. */
  public static String text(List<Finding> findings, Look look) {
    var text = new StringBuilder();
    for (Finding finding : findings) {
      Duration took = finding.took();
      List<String> said = wrapped(finding.said() + (took == null ? "" : ", " + time(took)));
      text.append(sign(finding.verdict(), look));
      text.append(" %-13s ".formatted(finding.step().label()));
      boolean faint = finding.verdict() == Verdict.SKIPPED;
      text.append(faint ? dim(said.getFirst(), look) : said.getFirst()).append('\n');
      below(text, said.subList(1, said.size()), look, faint);
      finding.details().forEach(detail -> below(text, wrapped(detail), look, true));
      if (!finding.fix().isEmpty()) {
        below(text, wrapped((look == Look.TERMINAL ? "→ " : "-> ") + finding.fix()), look, false);
      }
    }
    return text.append('\n').append(verdict(findings)).append('\n').toString();
  }

  private static void below(StringBuilder text, List<String> lines, Look look, boolean faint) {
    for (String line : lines) {
      text.append(INDENT).append(faint ? dim(line, look) : line).append('\n');
    }
  }

  /** In lines of a readable length, cut at spaces. */
  private static List<String> wrapped(String text) {
    return text.lines()
        .flatMap(line -> LINE.matcher(line).results().map(part -> part.group().strip()))
        .toList();
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

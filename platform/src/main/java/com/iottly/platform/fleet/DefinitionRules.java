package com.iottly.platform.fleet;

import com.iottly.platform.core.PlainText;
import com.iottly.platform.fleet.Keyword.FixedValue;
import com.iottly.platform.fleet.Keyword.FreeValue;
import com.iottly.platform.fleet.Keyword.MultipleChoice;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules a message definition must keep. */
final class DefinitionRules {

  static final int MAX_DESCRIPTION = 1000;
  static final int MAX_KEYWORDS = 50;
  static final int MAX_CHOICES = 100;
  static final int MAX_VALUE = 1000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

  private DefinitionRules() {}

  /** What is wrong with the definition, in a sentence for a person. */
  static Optional<String> problem(Definition definition) {
    return nameProblem("the type", definition.type())
        .or(() -> descriptionProblem(definition.description()))
        .or(() -> keywordsProblem(definition.keywords()));
  }

  private static Optional<String> nameProblem(String what, String name) {
    return NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            what
                + " must have 1 to 64 letters, digits and _, and not start with a digit, unlike "
                + quoted(name));
  }

  private static Optional<String> descriptionProblem(String description) {
    return description.isEmpty()
        ? Optional.empty()
        : PlainText.problem("the description", description, MAX_DESCRIPTION);
  }

  private static Optional<String> keywordsProblem(List<Keyword> keywords) {
    if (keywords.size() > MAX_KEYWORDS) {
      return Optional.of(
          "there are %d keywords: at most %d are allowed".formatted(keywords.size(), MAX_KEYWORDS));
    }
    Set<String> seen = new HashSet<>();
    for (Keyword keyword : keywords) {
      Optional<String> problem =
          nameProblem("a keyword", keyword.name()).or(() -> kindProblem(keyword));
      if (problem.isPresent()) {
        return problem;
      }
      if (!seen.add(keyword.name())) {
        return Optional.of(
            "the keyword " + quoted(keyword.name()) + " occurs twice: name each keyword once");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> kindProblem(Keyword keyword) {
    String what = "the keyword " + quoted(keyword.name());
    return switch (keyword.kind()) {
      case FixedValue(String value) -> PlainText.problem("the value of " + what, value, MAX_VALUE);
      case MultipleChoice(List<String> values) -> choicesProblem(what, values);
      case FreeValue() -> Optional.empty();
    };
  }

  private static Optional<String> choicesProblem(String what, List<String> values) {
    if (values.isEmpty() || values.size() > MAX_CHOICES) {
      return Optional.of(
          "%s has %d choices: give it 1 to %d".formatted(what, values.size(), MAX_CHOICES));
    }
    if (new HashSet<>(values).size() < values.size()) {
      return Optional.of(what + " has a choice twice: name each choice once");
    }
    return values.stream()
        .flatMap(value -> PlainText.problem("a choice of " + what, value, MAX_VALUE).stream())
        .findFirst();
  }

  /** The text in quotes, cut when it is long, so that an error message stays readable. */
  static String quoted(String text) {
    if (text.codePointCount(0, text.length()) <= 64) {
      return "\"" + text + "\"";
    }
    return "\"" + text.substring(0, text.offsetByCodePoints(0, 64)) + "…\"";
  }
}

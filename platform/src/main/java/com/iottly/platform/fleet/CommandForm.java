package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.DefinitionRules.quoted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.fleet.Keyword.FixedValue;
import com.iottly.platform.fleet.Keyword.FreeValue;
import com.iottly.platform.fleet.Keyword.MultipleChoice;
import com.iottly.wire.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a command from its definition and the values a caller gave (contract §2, §5). */
public final class CommandForm {

  /** The longest free text, in characters (UTF-16 units). */
  public static final int MAX_FREE_TEXT = 65_536;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CommandForm() {}

  /** What became of the values. */
  public sealed interface Form {

    /**
     * They make a command.
     *
     * @param body its wire form, {@code {"<type>":{"<keyword>":<value>}}}
     */
    record Filled(Payload body) implements Form {}

    /**
     * They don't.
     *
     * @param problem a sentence for the caller that names the keyword and the fix
     */
    record Refused(String problem) implements Form {}
  }

  /**
   * Checks the values against the definition and puts them in its order. Pure; any thread.
   *
   * @param values an object whose keys are prefixed with the type and a dot; null counts as empty
   */
  public static Form fill(Definition definition, @Nullable JsonNode values) {
    if (definition.direction() != Direction.COMMAND) {
      return new Form.Refused(
          quoted(definition.type()) + " is an event that devices send: choose a command");
    }
    JsonNode given = values == null || values.isNull() ? JSON.createObjectNode() : values;
    if (!given.isObject()) {
      return new Form.Refused("\"values\" must be an object with one member per keyword");
    }
    for (Map.Entry<String, JsonNode> member : given.properties()) {
      Optional<String> problem = keyProblem(definition, member.getKey());
      if (problem.isPresent()) {
        return new Form.Refused(problem.get());
      }
    }
    ObjectNode body = JSON.createObjectNode();
    ObjectNode keywords = body.putObject(definition.type());
    for (Keyword keyword : definition.keywords()) {
      String key = definition.type() + "." + keyword.name();
      switch (value(keyword, key, given.get(key))) {
        case Value.Good(JsonNode value) -> keywords.set(keyword.name(), value);
        case Value.Bad(String problem) -> {
          return new Form.Refused(problem);
        }
      }
    }
    return new Form.Filled(payload(body));
  }

  private static Optional<String> keyProblem(Definition definition, String key) {
    String prefix = definition.type() + ".";
    if (!key.startsWith(prefix)) {
      return Optional.of(
          "the key "
              + quoted(key)
              + " must begin with the command's type: "
              + quoted(prefix + key));
    }
    String name = key.substring(prefix.length());
    if (definition.keywords().stream().anyMatch(keyword -> keyword.name().equals(name))) {
      return Optional.empty();
    }
    return Optional.of(
        "the command %s has no keyword %s: %s"
            .formatted(quoted(definition.type()), quoted(name), keywordsOf(definition)));
  }

  private static String keywordsOf(Definition definition) {
    return definition.keywords().isEmpty()
        ? "it takes no values"
        : definition.keywords().stream()
            .map(keyword -> quoted(keyword.name()))
            .collect(Collectors.joining(", ", "it has ", ""));
  }

  private sealed interface Value {
    record Good(JsonNode value) implements Value {}

    record Bad(String problem) implements Value {}
  }

  private static Value value(Keyword keyword, String key, @Nullable JsonNode given) {
    if (given != null && !given.isTextual() && !given.isNumber() && !given.isBoolean()) {
      return new Value.Bad(quoted(key) + " must be a string, a number or a boolean");
    }
    return switch (keyword.kind()) {
      case FixedValue(String fixed) -> fixed(fixed, key, given);
      case MultipleChoice(List<String> choices) -> choice(choices, key, given);
      case FreeValue() -> free(key, given);
    };
  }

  /** The public contract's own example gives another value for a fixed keyword, and is accepted. */
  private static Value fixed(String fixed, String key, @Nullable JsonNode given) {
    return given == null ? new Value.Good(TextNode.valueOf(fixed)) : free(key, given);
  }

  private static Value choice(List<String> choices, String key, @Nullable JsonNode given) {
    if (given != null && choices.contains(given.asText())) {
      return new Value.Good(TextNode.valueOf(given.asText()));
    }
    String allowed =
        choices.stream().map(DefinitionRules::quoted).collect(Collectors.joining(", "));
    String problem = given == null ? " is missing" : " can't be " + quoted(given.asText());
    return new Value.Bad(quoted(key) + problem + ": give one of " + allowed);
  }

  private static Value free(String key, @Nullable JsonNode given) {
    if (given == null) {
      return new Value.Bad(quoted(key) + " is missing: give it a string, a number or a boolean");
    }
    if (given.isTextual() && given.textValue().length() > MAX_FREE_TEXT) {
      return new Value.Bad(
          quoted(key) + " is too long: at most " + MAX_FREE_TEXT + " characters are allowed");
    }
    if (given.isTextual() && hasHalfCharacter(given.textValue())) {
      return new Value.Bad(quoted(key) + " has half of a surrogate pair: leave it out");
    }
    if ((given.isDouble() || given.isFloat()) && !Double.isFinite(given.doubleValue())) {
      return new Value.Bad(quoted(key) + " is a number too large to send: give a smaller one");
    }
    return new Value.Good(given);
  }

  private static boolean hasHalfCharacter(String text) {
    return text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
  }

  private static Payload payload(ObjectNode body) {
    try {
      return Payload.trusted(JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of names and scalars can always be written", e);
    }
  }
}

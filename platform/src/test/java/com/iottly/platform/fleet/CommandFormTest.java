package com.iottly.platform.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.fleet.CommandForm.Form;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.fleet.Keyword.FixedValue;
import com.iottly.platform.fleet.Keyword.FreeValue;
import com.iottly.platform.fleet.Keyword.MultipleChoice;
import com.iottly.wire.Payload;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandFormTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Definition VALVE =
      new Definition(
          "valve",
          "",
          Direction.COMMAND,
          List.of(
              new Keyword("unit", new FixedValue("bar")),
              new Keyword("state", new MultipleChoice(List.of("open", "shut", "1", "true"))),
              new Keyword("note", new FreeValue())));

  private static Form fill(String values) {
    try {
      return CommandForm.fill(VALVE, JSON.readTree(values));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Form filled(String body) {
    return new Form.Filled(Payload.of(body));
  }

  @Test
  void valuesAreSetInTheDefinitionsOrderAndAFixedOneIsFilledIn() {
    assertThat(fill("{'valve.note':'hi','valve.state':'open'}".replace('\'', '"')))
        .isEqualTo(filled("{\"valve\":{\"unit\":\"bar\",\"state\":\"open\",\"note\":\"hi\"}}"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {"\"x\"", "\"\"", "12", "-1.5", "true", "false", "\"è 🚰\"", "1e3"})
  void aFreeValueIsAnyScalarAndKeepsItsType(String scalar) throws JsonProcessingException {
    Form form = fill("{\"valve.note\":" + scalar + ",\"valve.state\":\"open\"}");
    assertThat(form).isInstanceOf(Form.Filled.class);
    JsonNode body = JSON.readTree(((Form.Filled) form).body().toString());
    assertThat(body.at("/valve/note")).isEqualTo(JSON.readTree(scalar));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "true,true", "\"1\",1"})
  void choicesAreComparedAsStrings(String given, String sent) {
    assertThat(fill("{\"valve.note\":0,\"valve.state\":" + given + "}"))
        .isEqualTo(filled("{\"valve\":{\"unit\":\"bar\",\"state\":\"" + sent + "\",\"note\":0}}"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"note\":1} | the key \"note\" must begin with the command's type: \"valve.note\"",
        "{\"other.note\":1} | must begin with the command's type",
        "{\"valve.\":1} | the command \"valve\" has no keyword \"\"",
        "{\"valve.speed\":1} | no keyword \"speed\": it has \"unit\", \"state\", \"note\"",
        "{\"valve.note\":1} | \"valve.state\" is missing: give one of \"open\", \"shut\"",
        "{\"valve.note\":1,\"valve.state\":\"ajar\"} | \"valve.state\" can't be \"ajar\"",
        "{\"valve.note\":1,\"valve.state\":null} | \"valve.state\" must be a string",
        "{\"valve.state\":\"open\"} | \"valve.note\" is missing",
        "{\"valve.state\":\"open\",\"valve.note\":null} | \"valve.note\" must be a string",
        "{\"valve.state\":\"open\",\"valve.note\":{}} | \"valve.note\" must be a string",
        "{\"valve.state\":\"open\",\"valve.note\":[1]} | \"valve.note\" must be a string",
        "{\"valve.state\":\"open\",\"valve.note\":1e999} | too large",
        "{\"valve.state\":\"open\",\"valve.note\":\"\\ud83d\"} | surrogate",
        "[] | \"values\" must be an object",
        "1 | \"values\" must be an object"
      })
  void whatDoesNotFitIsRefusedWithTheFix(String values, String problem) {
    assertThat(fill(values))
        .isInstanceOfSatisfying(
            Form.Refused.class, refused -> assertThat(refused.problem()).contains(problem));
  }

  @Test
  void aFixedValueGivesWayToTheOneOfTheCaller() {
    Definition echo = Definitions.OF_A_NEW_PROJECT.getFirst();
    assertThat(CommandForm.fill(echo, JSON.createObjectNode().put("echo.content", "hi")))
        .isEqualTo(filled("{\"echo\":{\"content\":\"hi\"}}"));
  }

  @Test
  void aFreeTextHasItsLimit() {
    String longest = "x".repeat(CommandForm.MAX_FREE_TEXT);
    assertThat(fill("{\"valve.state\":\"open\",\"valve.note\":\"" + longest + "\"}"))
        .isInstanceOf(Form.Filled.class);
    assertThat(fill("{\"valve.state\":\"open\",\"valve.note\":\"" + longest + "x\"}"))
        .isInstanceOfSatisfying(
            Form.Refused.class, refused -> assertThat(refused.problem()).contains("too long"));
  }

  @Test
  void noValuesAtAllAreFineWhereNoneAreNeeded() {
    Definition echo = Definitions.OF_A_NEW_PROJECT.getFirst();
    Form form = filled("{\"echo\":{\"content\":\"IOTTLY hello world!!!!\"}}");
    assertThat(CommandForm.fill(echo, null)).isEqualTo(form);
    assertThat(CommandForm.fill(echo, NullNode.getInstance())).isEqualTo(form);
    assertThat(CommandForm.fill(echo, JSON.createObjectNode())).isEqualTo(form);
    Definition bare = new Definition("reboot", "", Direction.COMMAND, List.of());
    assertThat(CommandForm.fill(bare, null)).isEqualTo(filled("{\"reboot\":{}}"));
    ObjectNode extra = JSON.createObjectNode().put("reboot.now", 1);
    assertThat(CommandForm.fill(bare, extra))
        .isInstanceOfSatisfying(
            Form.Refused.class, r -> assertThat(r.problem()).endsWith("it takes no values"));
  }

  @Test
  void anEventIsNotACommand() {
    Definition event = new Definition("alarm", "", Direction.EVENT, List.of());
    assertThat(CommandForm.fill(event, null))
        .isInstanceOfSatisfying(
            Form.Refused.class, r -> assertThat(r.problem()).contains("\"alarm\" is an event"));
  }

  @Test
  void anyTextGoesThroughAFreeValueUnharmed() throws JsonProcessingException {
    long seed = Long.getLong("iottly.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      String text =
          random
              .ints(random.nextInt(20), 0, 0x20000)
              .filter(c -> Character.getType(c) != Character.SURROGATE)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      ObjectNode values =
          JSON.createObjectNode().put("valve.note", text).put("valve.state", "open");
      Form form = CommandForm.fill(VALVE, values);
      assertThat(form).as("seed %d, round %d", seed, round).isInstanceOf(Form.Filled.class);
      Payload body = Payload.of(((Form.Filled) form).body().bytes());
      assertThat(JSON.readTree(body.toString()).at("/valve/note").textValue())
          .as("seed %d, round %d", seed, round)
          .isEqualTo(text);
    }
  }
}

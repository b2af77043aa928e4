package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.FleetFixture.done;
import static com.iottly.platform.fleet.FleetFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.fleet.Keyword.FixedValue;
import com.iottly.platform.fleet.Keyword.FreeValue;
import com.iottly.platform.fleet.Keyword.Kind;
import com.iottly.platform.fleet.Keyword.MultipleChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionsTest {

  @TempDir Path folder;
  private FleetFixture fixture;
  private Project project;

  @BeforeEach
  void open() {
    fixture = new FleetFixture(folder, FleetFixture.SMALL);
    project = fixture.project();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Definitions definitions() {
    return fixture.fleet.definitions();
  }

  private static Definition command(String type, Keyword... keywords) {
    return new Definition(type, "", Direction.COMMAND, List.of(keywords));
  }

  private static Definition withKind(Kind kind) {
    return command("valve", new Keyword("state", kind));
  }

  private String refusal(Definition definition) {
    return problem(definitions().create(project.id(), definition));
  }

  @Test
  void aDefinitionIsFoundAsItWasMadeAlsoAfterReopening() {
    Definition valve =
        new Definition(
            "valve",
            "Opens \"a\" valve",
            Direction.EVENT,
            List.of(
                new Keyword("state", new MultipleChoice(List.of("open", "shut"))),
                new Keyword("unit", new FixedValue("bar")),
                new Keyword("note", new FreeValue())));
    assertThat(done(definitions().create(project.id(), valve))).isEqualTo(valve);
    fixture.reopen();
    assertThat(definitions().find(project.id(), "valve")).contains(valve);
    assertThat(definitions().find(project.id(), "Valve")).isEmpty();
    assertThat(definitions().list(project.id()))
        .extracting(Definition::type)
        .containsExactly("echo", "examplecommand", "valve");
  }

  @Test
  void aTypeIsUniqueInItsProject() {
    assertThat(refusal(command("echo"))).contains("\"echo\" already");
    Project other = fixture.project();
    done(definitions().create(other.id(), command("valve")));
    done(definitions().create(project.id(), command("valve")));
  }

  @Test
  void anUpdateReplacesAndMayRename() {
    Definition valve = command("valve", new Keyword("a", new FreeValue()));
    done(definitions().update(project.id(), "echo", valve));
    assertThat(definitions().find(project.id(), "echo")).isEmpty();
    assertThat(definitions().find(project.id(), "valve")).contains(valve);
    done(definitions().update(project.id(), "valve", command("valve")));
    assertThat(definitions().find(project.id(), "valve")).contains(command("valve"));
  }

  @Test
  void anUpdateOntoAnotherTypeOrOfNoneIsRefused() {
    assertThat(problem(definitions().update(project.id(), "echo", command("examplecommand"))))
        .contains("\"examplecommand\" already");
    assertThat(definitions().update(project.id(), "valve", command("valve")))
        .isEqualTo(new Saved.Missing<>());
    assertThat(definitions().create(new ProjectId("0".repeat(24)), command("valve")))
        .isEqualTo(new Saved.Missing<>());
    assertThat(definitions().list(project.id())).isEqualTo(Definitions.OF_A_NEW_PROJECT);
  }

  @Test
  void aDeletedDefinitionIsGone() {
    assertThat(definitions().delete(project.id(), "echo")).isTrue();
    assertThat(definitions().delete(project.id(), "echo")).isFalse();
    assertThat(definitions().find(project.id(), "echo")).isEmpty();
  }

  @Test
  void aProjectHasSoManyDefinitionsAndNoMore() {
    done(definitions().create(project.id(), command("three")));
    done(definitions().create(project.id(), command("four")));
    assertThat(refusal(command("five"))).contains("4 definitions");
    done(definitions().update(project.id(), "four", command("five")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a-b", "a.b", "è", "a b"})
  void typesAndKeywordsAreIdentifiers(String name) {
    assertThat(refusal(command(name))).startsWith("the type must have 1 to 64");
    assertThat(refusal(command("ok", new Keyword(name, new FreeValue()))))
        .startsWith("a keyword must have 1 to 64");
  }

  @Test
  void sizesAreAllowedToTheirEdges() {
    List<Keyword> fifty =
        IntStream.range(0, 50).mapToObj(i -> new Keyword("k" + i, new FreeValue())).toList();
    List<String> hundred = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
    Keyword widest = new Keyword("_", new MultipleChoice(hundred));
    String text = "d".repeat(1000);
    done(
        definitions()
            .create(project.id(), new Definition("a".repeat(64), text, Direction.COMMAND, fifty)));
    done(
        definitions()
            .create(project.id(), command("w", widest, new Keyword("f", new FixedValue(text)))));
  }

  @Test
  void sizesBeyondTheirEdgesAreRefused() {
    List<Keyword> more =
        IntStream.range(0, 51).mapToObj(i -> new Keyword("k" + i, new FreeValue())).toList();
    List<String> choices = IntStream.range(0, 101).mapToObj(Integer::toString).toList();
    String text = "d".repeat(1001);
    assertThat(refusal(command("a".repeat(65)))).contains("…");
    assertThat(refusal(new Definition("a", text, Direction.EVENT, List.of())))
        .contains("description");
    assertThat(refusal(new Definition("a", "", Direction.EVENT, more))).contains("51 keywords");
    assertThat(refusal(withKind(new MultipleChoice(choices)))).contains("101 choices");
    assertThat(refusal(withKind(new MultipleChoice(List.of())))).contains("0 choices");
    assertThat(refusal(withKind(new MultipleChoice(List.of("a", "a"))))).contains("twice");
    assertThat(refusal(withKind(new MultipleChoice(List.of(""))))).contains("\"state\" is empty");
    assertThat(refusal(withKind(new FixedValue(text)))).contains("\"state\" has 1001");
    Keyword twice = new Keyword("k", new FreeValue());
    assertThat(refusal(command("a", twice, twice))).contains("\"k\" occurs twice");
  }

  @Test
  void anyDefinitionComesBackAsItWent() {
    long seed = Long.getLong("iottly.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      Definition definition = randomDefinition(random);
      assertThat(definitions().update(project.id(), "echo", definition))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(new Saved.Done<>(definition));
      assertThat(definitions().find(project.id(), "echo"))
          .as("seed %d, round %d", seed, round)
          .contains(definition);
    }
  }

  private static Definition randomDefinition(Random random) {
    List<Keyword> keywords =
        IntStream.range(0, random.nextInt(6))
            .mapToObj(i -> new Keyword("k" + i, randomKind(random)))
            .toList();
    Direction direction = random.nextBoolean() ? Direction.COMMAND : Direction.EVENT;
    return new Definition("echo", "d" + randomText(random), direction, keywords);
  }

  private static Kind randomKind(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new FixedValue("v" + randomText(random));
      case 1 ->
          new MultipleChoice(
              IntStream.rangeClosed(0, random.nextInt(5))
                  .mapToObj(i -> i + randomText(random))
                  .toList());
      default -> new FreeValue();
    };
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(0x20, 0x7f);
            case 1 -> random.nextInt(0xa0, 0x2000);
            default -> random.nextInt(0x1f300, 0x1f600);
          });
    }
    return text.toString();
  }
}

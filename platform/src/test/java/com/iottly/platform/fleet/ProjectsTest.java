package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.FleetFixture.done;
import static com.iottly.platform.fleet.FleetFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectsTest {

  private static final ProjectId NOBODY = new ProjectId("0".repeat(24));
  private static final DeviceType TYPE = DeviceType.LINUX_AMD64;

  @TempDir Path folder;
  private FleetFixture fixture;

  @BeforeEach
  void open() {
    fixture = new FleetFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Projects projects() {
    return fixture.fleet.projects();
  }

  private Saved<Project> update(Project project, ProjectSettings settings) {
    return projects().update(project.id(), project.name(), project.tags(), settings);
  }

  @Test
  void aProjectIsFoundAsItWasMadeAlsoAfterReopening() {
    Project project = done(projects().create("Città 🚰", TYPE, List.of("a", "b \"c\"")));
    assertThat(project.id().value())
        .startsWith("%08x".formatted(fixture.clock.instant().getEpochSecond()));
    assertThat(project.settings()).isEqualTo(ProjectSettings.defaults());
    assertThat(projects().find(project.id())).contains(project);
    fixture.reopen();
    assertThat(projects().find(project.id())).contains(project);
  }

  @Test
  void projectsAreListedOldestFirst() {
    List<Project> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(fixture.project());
      fixture.clock.advance(Duration.ofSeconds(1));
    }
    assertThat(projects().list()).isEqualTo(made);
  }

  @Test
  void aNewProjectHasTheTwoDefinitionsOfTheContract() {
    Project project = fixture.project();
    assertThat(fixture.fleet.definitions().list(project.id()))
        .isEqualTo(Definitions.OF_A_NEW_PROJECT)
        .extracting(Definition::type)
        .containsExactly("echo", "examplecommand");
  }

  @Test
  void anUpdateIsKeptAndChangesNothingElse() {
    Project project = fixture.project();
    ProjectSettings settings = new ProjectSettings(7, Duration.ofHours(1), 1L << 20, false);
    Project updated = done(projects().update(project.id(), "Valves", List.of(), settings));
    assertThat(updated)
        .isEqualTo(
            new Project(
                project.id(),
                "Valves",
                project.deviceType(),
                List.of(),
                settings,
                project.created()));
    fixture.reopen();
    assertThat(projects().find(project.id())).contains(updated);
  }

  @Test
  void anUnknownProjectIsMissing() {
    assertThat(projects().find(NOBODY)).isEmpty();
    assertThat(projects().update(NOBODY, "x", List.of(), ProjectSettings.defaults()))
        .isEqualTo(new Saved.Missing<>());
    assertThat(projects().delete(NOBODY)).isFalse();
  }

  @Test
  void namesHaveOneToAHundredCharacters() {
    assertThat(done(projects().create("x", TYPE, List.of())).name()).isEqualTo("x");
    assertThat(done(projects().create("🚰".repeat(100), TYPE, List.of()))).isNotNull();
    assertThat(problem(projects().create("x".repeat(101), TYPE, List.of())))
        .isEqualTo("the project's name has 101 characters: at most 100 are allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\nb", "a\u0000", "a\u2028b", "half \ud83d"})
  void namesThatNobodyCouldReadAreRefused(String name) {
    assertThat(problem(projects().create(name, TYPE, List.of()))).startsWith("the project's name");
    assertThat(projects().list()).isEmpty();
  }

  @Test
  void tagsHaveTheirLimits() {
    List<String> twenty = IntStream.range(0, 20).mapToObj(i -> "tag" + i).toList();
    List<String> more = IntStream.range(0, 21).mapToObj(i -> "tag" + i).toList();
    assertThat(done(projects().create("p", TYPE, twenty)).tags()).isEqualTo(twenty);
    assertThat(problem(projects().create("p", TYPE, more))).contains("21 tags");
    assertThat(problem(projects().create("p", TYPE, List.of("a", "a")))).contains("twice");
    assertThat(done(projects().create("p", TYPE, List.of("x".repeat(40))))).isNotNull();
    assertThat(problem(projects().create("p", TYPE, List.of("x".repeat(41))))).contains("a tag");
  }

  @Test
  void settingsAreAcceptedToTheirEdges() {
    Project project = fixture.project();
    for (int cap : List.of(0, 1_000_000)) {
      done(update(project, new ProjectSettings(cap, Duration.ofDays(3650), 1L << 20, true)));
    }
    done(update(project, new ProjectSettings(null, Duration.ofHours(1), Long.MAX_VALUE, true)));
    assertThat(projects().find(project.id()).orElseThrow().settings().retentionBytes())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void settingsBeyondTheirEdgesAreRefused() {
    Project project = fixture.project();
    Duration day = Duration.ofDays(1);
    for (int cap : List.of(-1, 1_000_001)) {
      assertThat(problem(update(project, new ProjectSettings(cap, day, 1L << 30, true))))
          .contains("license cap is " + cap);
    }
    for (Duration age :
        List.of(
            Duration.ofSeconds(3599), Duration.ofDays(3650).plusSeconds(1), day.plusMillis(1))) {
      assertThat(problem(update(project, new ProjectSettings(null, age, 1L << 30, true))))
          .contains("retention age is " + age);
    }
    assertThat(problem(update(project, new ProjectSettings(null, day, (1L << 20) - 1, true))))
        .contains("retention size");
    assertThat(projects().find(project.id())).contains(project);
  }

  @Test
  void deletingAProjectTakesAllOfItAlongAndTellsTheListeners() {
    Project project = fixture.project();
    Device device = fixture.registered(project.id(), 1);
    fixture.fleet.pairCodes().issue(project.id(), "next");
    assertThat(fixture.fleet.devices().standing(device.id(), 1))
        .isEqualTo(new Standing.Active(project.id()));
    List<Object> heard = Collections.synchronizedList(new ArrayList<>());
    projects().onDeleted(heard::add);
    fixture.fleet.devices().onRevoked(heard::add);

    assertThat(projects().delete(project.id())).isTrue();

    DeviceId id = device.id();
    assertThat(heard).containsExactly(id, project.id());
    assertThat(fixture.fleet.devices().standing(id, 1)).isEqualTo(new Standing.Unknown());
    assertThat(fixture.fleet.devices().find(id)).isEmpty();
    assertThat(fixture.fleet.licenses().list(project.id())).isEmpty();
    assertThat(fixture.fleet.definitions().list(project.id())).isEmpty();
    assertThat(projects().list()).isEmpty();
  }
}

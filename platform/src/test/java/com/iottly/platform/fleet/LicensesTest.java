package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.FleetFixture.done;
import static com.iottly.platform.fleet.FleetFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Licenses.Deletion;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LicensesTest {

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

  private Licenses licenses() {
    return fixture.fleet.licenses();
  }

  @Test
  void licensesAreListedWithTheirDevices() {
    LicenseToken token = done(licenses().create(project.id(), 1)).get(0).token();
    Device device = fixture.registered(project.id(), 1);
    License free = done(licenses().create(project.id(), 1)).get(0);
    License paired = new License(token, project.id(), device);
    assertThat(licenses().list(project.id())).containsExactlyInAnyOrder(paired, free);
    assertThat(licenses().find(project.id(), token)).contains(paired);
    assertThat(licenses().find(fixture.project().id(), token)).isEmpty();
    assertThat(token.value()).matches("[0-9a-f]{32}");
  }

  @Test
  void oneCallMakesAsManyAsAllowedAndNoMore() {
    assertThat(done(licenses().create(project.id(), 3))).hasSize(3);
    for (int count : List.of(0, 4, -1)) {
      assertThat(problem(licenses().create(project.id(), count))).contains("1 to 3");
    }
    assertThat(licenses().list(project.id())).hasSize(3);
    assertThat(licenses().create(new ProjectId("0".repeat(24)), 1))
        .isEqualTo(new Saved.Missing<>());
  }

  @Test
  void theCapIsKeptToTheLicense() {
    Project capped = fixture.capped(3);
    done(licenses().create(capped.id(), 1));
    assertThat(problem(licenses().create(capped.id(), 3)))
        .contains("has 1 licenses and may have 3");
    done(licenses().create(capped.id(), 2));
    assertThat(licenses().list(capped.id())).hasSize(3);
  }

  @Test
  void onlyAnAvailableLicenseOfTheProjectIsDeleted() {
    LicenseToken free = done(licenses().create(project.id(), 1)).get(0).token();
    assertThat(licenses().delete(fixture.project().id(), free)).isEqualTo(Deletion.UNKNOWN);
    assertThat(licenses().delete(project.id(), free)).isEqualTo(Deletion.DELETED);
    assertThat(licenses().delete(project.id(), free)).isEqualTo(Deletion.UNKNOWN);
    Device device = fixture.registered(project.id(), 1);
    assertThat(licenses().delete(project.id(), device.license())).isEqualTo(Deletion.PAIRED);
    assertThat(fixture.fleet.devices().find(device.id())).contains(device);
  }
}

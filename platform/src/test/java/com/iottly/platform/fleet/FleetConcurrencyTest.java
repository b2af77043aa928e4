package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.FleetFixture.done;
import static com.iottly.platform.fleet.FleetFixture.mac;
import static com.iottly.platform.fleet.FleetFixture.machine;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.fleet.PairCodes.Redemption;
import com.iottly.platform.fleet.Registration.NoLicenseLeft;
import com.iottly.platform.fleet.Registration.Registered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetConcurrencyTest {

  private static final int THREADS = 50;

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

  private static <T> List<T> atOnce(IntFunction<T> body) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        calls.add(() -> body.apply(number));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    }
  }

  @Test
  void differentMachinesNeverShareALicenseNorExceedTheCap() throws Exception {
    Project project = fixture.capped(20);
    done(fixture.fleet.licenses().create(project.id(), 5));
    List<Registration> results = atOnce(i -> fixture.register(project.id(), machine(mac(i)), null));
    assertThat(results).filteredOn(new NoLicenseLeft(20)::equals).hasSize(30);
    assertThat(results)
        .filteredOn(Registered.class::isInstance)
        .extracting(r -> ((Registered) r).device().license())
        .hasSize(20)
        .doesNotHaveDuplicates();
    assertThat(fixture.fleet.licenses().list(project.id()))
        .hasSize(20)
        .allSatisfy(license -> assertThat(license.device()).isNotNull());
  }

  @Test
  void theSameMachineIsAlwaysTheSameDevice() throws Exception {
    Project project = fixture.capped(5);
    List<Registration> results =
        atOnce(i -> fixture.register(project.id(), machine(mac(i % 5)), null));
    List<Device> devices = fixture.fleet.devices().list(project.id());
    assertThat(devices)
        .hasSize(5)
        .allSatisfy(device -> assertThat(device.generation()).isEqualTo(10));
    assertThat(results)
        .allSatisfy(result -> assertThat(result).isInstanceOf(Registered.class))
        .extracting(result -> ((Registered) result).device().id())
        .containsOnlyElementsOf(devices.stream().map(Device::id).toList());
  }

  @Test
  void oneWishedLicenseGoesToOneMachine() throws Exception {
    Project project = fixture.project();
    LicenseToken wished = done(fixture.fleet.licenses().create(project.id(), 1)).get(0).token();
    List<Registration> results =
        atOnce(i -> fixture.register(project.id(), machine(mac(i)), wished));
    assertThat(results).filteredOn(Registered.class::isInstance).hasSize(1);
    assertThat(results)
        .filteredOn(new Registration.LicenseTaken(wished)::equals)
        .hasSize(THREADS - 1);
  }

  @Test
  void onePairCodeIsRedeemedOnce() throws Exception {
    Project project = fixture.project();
    String code = done(fixture.fleet.pairCodes().issue(project.id(), "boiler")).code();
    List<Redemption> results = atOnce(_ -> fixture.fleet.pairCodes().redeem(code));
    assertThat(results)
        .containsOnlyOnce(new Redemption.Redeemed(project.id(), "boiler"))
        .filteredOn(new Redemption.Used()::equals)
        .hasSize(THREADS - 1);
  }

  @Test
  void whatIsRevokedIsSoAtOnceWhoeverAsksMeanwhile() throws Exception {
    Project project = fixture.project();
    Device device = fixture.registered(project.id(), 1);
    Devices devices = fixture.fleet.devices();
    AtomicBoolean over = new AtomicBoolean();
    // Not virtual ones: they ask without a pause and would never leave their carriers to others.
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> askers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        askers.add(
            threads.submit(() -> {
              int asked = 0;
              for (; !over.get(); asked++) {
                devices.standing(device.id(), 1);
              }
              return asked;
            }));
      }
      try {
        for (long generation = 1; generation <= 200; generation++) {
          assertThat(devices.standing(device.id(), generation))
              .isEqualTo(new Standing.Active(project.id()));
          devices.revoke(project.id(), device.id());
          assertThat(devices.standing(device.id(), generation)).isEqualTo(new Standing.Revoked());
        }
      } finally {
        over.set(true);
      }
      for (Future<Integer> asker : askers) {
        assertThat(asker.get()).isNotNegative();
      }
    }
  }
}

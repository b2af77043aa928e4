package com.iottly.platform.fleet;

import static com.iottly.platform.fleet.FleetFixture.device;
import static com.iottly.platform.fleet.FleetFixture.done;
import static com.iottly.platform.fleet.FleetFixture.mac;
import static com.iottly.platform.fleet.FleetFixture.machine;
import static com.iottly.platform.fleet.FleetFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Registration.NeedsApproval;
import com.iottly.platform.fleet.Registration.Registered;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {

  private static final DeviceId NOBODY = new DeviceId(new UUID(0, 1));

  @TempDir Path folder;
  private FleetFixture fixture;
  private Project project;
  private final List<DeviceId> revoked = new ArrayList<>();

  @BeforeEach
  void open() {
    fixture = new FleetFixture(folder);
    project = fixture.project();
    devices().onRevoked(revoked::add);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Devices devices() {
    return fixture.fleet.devices();
  }

  private Device registered(int number) {
    return fixture.registered(project.id(), number);
  }

  @Test
  void aRegisteredDeviceIsFoundAsItWasToldAlsoAfterReopening() {
    Machine machine = new Machine("02-00-00-00-00-0A", "m1", "1.2.3", "Debian 12");
    Registration registration = fixture.register(project.id(), machine, null);
    Device device = device(registration);
    assertThat(registration).isEqualTo(new Registered(device, false, false));
    assertThat(device.mac()).hasToString("02:00:00:00:00:0a");
    assertThat(device.generation()).isOne();
    assertThat(device.id().value().version()).isEqualTo(4);
    assertThat(device)
        .extracting(
            Device::project, Device::machineId, Device::name, Device::agentVersion, Device::os)
        .containsExactly(project.id(), "m1", "pump", "1.2.3", "Debian 12");
    assertThat(revoked).isEmpty();
    fixture.reopen();
    assertThat(devices().find(device.id())).contains(device);
    assertThat(devices().find(project.id(), device.id())).contains(device);
    assertThat(devices().find(fixture.project().id(), device.id())).isEmpty();
  }

  @Test
  void theSameMacAddressGetsTheSameIdAndLicenseAndVoidsTheOldToken() {
    Device first = registered(1);
    assertThat(devices().standing(first.id(), 1)).isEqualTo(new Standing.Active(project.id()));
    fixture.clock.advance(Duration.ofSeconds(5));
    Registered again = (Registered) fixture.register(project.id(), machine("020000000001"), null);
    assertThat(again.again()).isTrue();
    assertThat(again.conflict()).isFalse();
    assertThat(again.device().id()).isEqualTo(first.id());
    assertThat(again.device().license()).isEqualTo(first.license());
    assertThat(again.device().generation()).isEqualTo(2);
    assertThat(again.device().registered()).isEqualTo(first.registered().plusSeconds(5));
    assertThat(devices().standing(first.id(), 1)).isEqualTo(new Standing.Revoked());
    assertThat(devices().standing(first.id(), 2)).isEqualTo(new Standing.Active(project.id()));
    assertThat(revoked).containsExactly(first.id());
  }

  @Test
  void aDeviceThatRegistersAgainWithoutAChosenNameKeepsItsName() {
    Device first = registered(1);
    assertThat(unnamed(1, "its-host").name()).isEqualTo(first.name());
    assertThat(unnamed(2, "its-host").name()).isEqualTo("its-host");
  }

  private Device unnamed(int number, String otherwise) {
    return device(
        devices().registerUnnamed(project.id(), machine(mac(number)), otherwise, null, _ -> false));
  }

  @Test
  void theSameMacAddressInAnotherProjectIsAnotherDevice() {
    Device here = registered(1);
    Device there = fixture.registered(fixture.project().id(), 1);
    assertThat(there.id()).isNotEqualTo(here.id());
    assertThat(devices().standing(here.id(), 1)).isEqualTo(new Standing.Active(project.id()));
  }

  @Test
  void aDeletedDevicesAddressKeepsItsIdAndItsOldTokensStayVoid() {
    Device first = registered(1);
    assertThat(devices().standing(first.id(), 1)).isEqualTo(new Standing.Active(project.id()));
    assertThat(devices().delete(project.id(), first.id())).isTrue();
    assertThat(devices().standing(first.id(), 1)).isEqualTo(new Standing.Unknown());
    assertThat(devices().find(first.id())).isEmpty();
    assertThat(fixture.fleet.licenses().find(project.id(), first.license()))
        .contains(new License(first.license(), project.id(), null));
    assertThat(revoked).containsExactly(first.id());
    assertThat(devices().delete(project.id(), first.id())).isFalse();
    fixture.reopen();

    Registered again = (Registered) fixture.register(project.id(), machine(mac(1)), null);
    assertThat(again.again()).isTrue();
    assertThat(again.device().id()).isEqualTo(first.id());
    assertThat(again.device().generation()).isEqualTo(3);
    assertThat(devices().standing(first.id(), 1)).isEqualTo(new Standing.Revoked());
  }

  @Test
  void aRevokedDeviceStaysButItsTokenIsVoid() {
    Device device = registered(1);
    assertThat(devices().standing(device.id(), 1)).isEqualTo(new Standing.Active(project.id()));
    assertThat(devices().revoke(project.id(), device.id())).isTrue();
    assertThat(devices().standing(device.id(), 1)).isEqualTo(new Standing.Revoked());
    assertThat(devices().find(device.id()).orElseThrow().generation()).isEqualTo(2);
    assertThat(revoked).containsExactly(device.id());
  }

  @Test
  void anotherProjectCantTouchTheDevice() {
    Device device = registered(1);
    ProjectId other = fixture.project().id();
    assertThat(devices().delete(other, device.id())).isFalse();
    assertThat(devices().revoke(other, device.id())).isFalse();
    assertThat(devices().rename(other, device.id(), "mine")).isEqualTo(new Saved.Missing<>());
    assertThat(devices().find(device.id())).contains(device);
    assertThat(revoked).isEmpty();
  }

  @Test
  void anUnknownDeviceIsUnknownEverywhere() {
    assertThat(devices().find(NOBODY)).isEmpty();
    assertThat(devices().standing(NOBODY, 1)).isEqualTo(new Standing.Unknown());
    assertThat(devices().revoke(project.id(), NOBODY)).isFalse();
    assertThat(devices().rename(project.id(), NOBODY, "x")).isEqualTo(new Saved.Missing<>());
    assertThat(devices().approve(project.id(), NOBODY, "m")).isEmpty();
    devices().setAgentVersion(NOBODY, "1");
    assertThat(fixture.register(new ProjectId("f".repeat(24)), machine(mac(1)), null))
        .isEqualTo(new Registration.ProjectUnknown());
  }

  @Test
  void aDeviceTakesAFreeLicenseBeforeANewOneIsMade() {
    List<License> free = done(fixture.fleet.licenses().create(project.id(), 2));
    List<LicenseToken> taken =
        List.of(registered(1).license(), registered(2).license(), registered(3).license());
    assertThat(taken).startsWith(taken.get(0)).doesNotHaveDuplicates();
    assertThat(taken.subList(0, 2))
        .containsExactlyInAnyOrderElementsOf(free.stream().map(License::token).toList());
    assertThat(fixture.fleet.licenses().list(project.id())).hasSize(3);
  }

  @Test
  void aWishedLicenseIsGivenAndTheOldOneFreed() {
    LicenseToken wished = done(fixture.fleet.licenses().create(project.id(), 2)).get(1).token();
    Device device = device(fixture.register(project.id(), machine(mac(1)), wished));
    assertThat(device.license()).isEqualTo(wished);
    Device same = device(fixture.register(project.id(), machine(mac(1)), wished));
    assertThat(same.license()).isEqualTo(wished);

    LicenseToken other = done(fixture.fleet.licenses().create(project.id(), 1)).get(0).token();
    assertThat(device(fixture.register(project.id(), machine(mac(1)), other)).license())
        .isEqualTo(other);
    assertThat(fixture.fleet.licenses().find(project.id(), wished).orElseThrow().device()).isNull();
  }

  @Test
  void aWishedLicenseThatIsTakenOrUnknownIsRefusedWithoutATrace() {
    Device owner = registered(1);
    Machine late = machine(mac(2));
    assertThat(fixture.register(project.id(), late, owner.license()))
        .isEqualTo(new Registration.LicenseTaken(owner.license()));
    LicenseToken unknown = new LicenseToken("0".repeat(32));
    assertThat(fixture.register(project.id(), late, unknown))
        .isEqualTo(new Registration.LicenseUnknown(unknown));
    Project other = fixture.project();
    LicenseToken foreign = done(fixture.fleet.licenses().create(other.id(), 1)).get(0).token();
    assertThat(fixture.register(project.id(), late, foreign))
        .isEqualTo(new Registration.LicenseUnknown(foreign));
    assertThat(devices().list(project.id())).containsExactly(owner);
    assertThat(((Registered) fixture.register(project.id(), late, null)).again()).isFalse();
  }

  @Test
  void aCappedProjectRunsOutOfLicensesExactlyAtItsCap() {
    Project capped = fixture.capped(2);
    Device first = fixture.registered(capped.id(), 1);
    fixture.registered(capped.id(), 2);
    assertThat(fixture.register(capped.id(), machine(mac(3)), null))
        .isEqualTo(new Registration.NoLicenseLeft(2));
    assertThat(fixture.registered(capped.id(), 1).license()).isEqualTo(first.license());
    devices().delete(capped.id(), first.id());
    assertThat(fixture.registered(capped.id(), 3).license()).isEqualTo(first.license());
  }

  @Test
  void aConnectedDeviceIsNotReplacedWithoutApproval() {
    Device device = registered(1);
    fixture.connected.add(device.id());
    Machine rival = new Machine(mac(1), "rival", null, null);
    assertThat(fixture.register(project.id(), rival, null))
        .isEqualTo(new NeedsApproval(device.id(), true));
    assertThat(fixture.register(project.id(), machine(mac(1)), null))
        .isEqualTo(new NeedsApproval(device.id(), false));
    assertThat(devices().standing(device.id(), 1)).isEqualTo(new Standing.Active(project.id()));
    assertThat(revoked).isEmpty();
  }

  @Test
  void anApprovedMachineRegistersOnceAndOnlyThatOne() {
    Device device = registered(1);
    fixture.connected.add(device.id());
    Machine rival = new Machine(mac(1), "rival", null, null);
    Machine other = new Machine(mac(1), "other", null, null);
    fixture.register(project.id(), rival, null);
    assertThat(devices().find(device.id()).orElseThrow().awaitsApproval()).isEqualTo("rival");

    assertThat(devices().approve(project.id(), device.id(), "other")).isEmpty();
    assertThat(devices().approve(fixture.project().id(), device.id(), "rival")).isEmpty();
    assertThat(devices().approve(project.id(), device.id(), "rival"))
        .get()
        .extracting(Device::awaitsApproval)
        .isNull();
    assertThat(fixture.register(project.id(), other, null)).isInstanceOf(NeedsApproval.class);
    Registered registered = (Registered) fixture.register(project.id(), rival, null);
    assertThat(registered.conflict()).isTrue();
    assertThat(registered.device())
        .extracting(Device::id, Device::machineId, Device::awaitsApproval)
        .containsExactly(device.id(), "rival", null);
    assertThat(fixture.register(project.id(), rival, null)).isInstanceOf(NeedsApproval.class);
  }

  @Test
  void aRevocationTakesAnApprovalBack() {
    Device device = registered(1);
    fixture.connected.add(device.id());
    Machine rival = new Machine(mac(1), "rival", null, null);
    fixture.register(project.id(), rival, null);
    devices().approve(project.id(), device.id(), "rival");
    devices().revoke(project.id(), device.id());
    assertThat(fixture.register(project.id(), rival, null)).isInstanceOf(NeedsApproval.class);
  }

  @Test
  void withoutApprovalAFightForAnAddressIsReported() {
    Project open = fixture.withoutApproval();
    Device device = fixture.registered(open.id(), 1);
    Machine rival = new Machine(mac(1), "rival", null, null);
    fixture.connected.add(device.id());
    Registered same = (Registered) fixture.register(open.id(), machine(mac(1)), null);
    assertThat(same.conflict()).isFalse();
    Registered fight = (Registered) fixture.register(open.id(), rival, null);
    assertThat(fight.conflict()).isTrue();
    assertThat(fight.device().id()).isEqualTo(device.id());
    fixture.connected.clear();
    Registered calm = (Registered) fixture.register(open.id(), machine(mac(1)), null);
    assertThat(calm.conflict()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "02:00:00:00:00",
        "02:00:00:00:00:0g",
        "02:00-00:00:00:01",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:01",
        " 02:00:00:00:00:01"
      })
  void nonsenseInPlaceOfAMacAddressIsRefused(String mac) {
    Registration refused = fixture.register(project.id(), new Machine(mac, "m", null, null), null);
    assertThat(refused)
        .isInstanceOfSatisfying(
            Registration.Refused.class,
            r -> assertThat(r.problem()).contains("MAC address").contains("0a:1b:2c:3d:4e:5f"));
  }

  @Test
  void whatAMachineSaysOfItselfHasItsLimits() {
    String mac = mac(1);
    List<Machine> bad =
        List.of(
            new Machine(mac, "", null, null),
            new Machine(mac, "m".repeat(129), null, null),
            new Machine(mac, "a b", null, null),
            new Machine(mac, "m", "1".repeat(65), null),
            new Machine(mac, "m", null, "o".repeat(201)),
            new Machine(mac, "m", null, "Debian\n12"));
    assertThat(bad)
        .allSatisfy(machine ->
            assertThat(fixture.register(project.id(), machine, null))
                .isInstanceOf(Registration.Refused.class));
    Machine edge = new Machine(mac, "m".repeat(128), "1".repeat(64), "o".repeat(200));
    assertThat(device(fixture.register(project.id(), edge, null)).machineId()).hasSize(128);
  }

  @Test
  void aNameHasOneToAHundredCharacters() {
    Device device = registered(1);
    String longest = "n".repeat(100);
    assertThat(done(devices().rename(project.id(), device.id(), longest)).name())
        .isEqualTo(longest);
    assertThat(problem(devices().rename(project.id(), device.id(), longest + "n")))
        .isEqualTo("the device's name has 101 characters: at most 100 are allowed");
    assertThat(problem(devices().rename(project.id(), device.id(), ""))).contains("is empty");
    assertThat(
            devices()
                .register(project.id(), machine(mac(2)), "a\tb", null, fixture.connected::contains))
        .isInstanceOf(Registration.Refused.class);
    assertThat(devices().find(device.id()).orElseThrow().name()).isEqualTo(longest);
  }

  @Test
  void theAgentsVersionIsNoted() {
    Device device = registered(1);
    devices().setAgentVersion(device.id(), "9.9.9");
    assertThat(devices().find(device.id()).map(Device::agentVersion)).contains("9.9.9");
    devices().setAgentVersion(device.id(), "9".repeat(65));
    assertThat(devices().find(device.id()).map(Device::agentVersion)).contains("unreadable");
  }

  @Test
  void devicesAreListedPageByPage() {
    for (int i = 1; i <= 5; i++) {
      registered(i);
    }
    fixture.registered(fixture.project().id(), 1);
    List<Device> all = devices().list(project.id());
    assertThat(all)
        .hasSize(5)
        .isSortedAccordingTo((a, b) -> a.id().toString().compareTo(b.id().toString()));
    List<Device> paged = new ArrayList<>();
    Optional<DeviceId> after = Optional.empty();
    do {
      List<Device> page = devices().list(project.id(), after.orElse(null), 2);
      assertThat(page).hasSizeLessThanOrEqualTo(2);
      paged.addAll(page);
      after = page.isEmpty() ? Optional.empty() : Optional.of(page.getLast().id());
    } while (after.isPresent());
    assertThat(paged).isEqualTo(all);
  }

  @Test
  void aPairCodeRegistersOneMachineUnderItsName() {
    String code = done(fixture.fleet.pairCodes().issue(project.id(), "boiler")).code();
    Device device = device(pair(code, 1));
    assertThat(device.name()).isEqualTo("boiler");
    assertThat(device.project()).isEqualTo(project.id());
    assertThat(pair(code, 2)).isEqualTo(new Registration.CodeUsed());
    assertThat(pair("ipc_unknown", 2)).isEqualTo(new Registration.CodeUnknown());
    String late = done(fixture.fleet.pairCodes().issue(project.id(), "late")).code();
    fixture.clock.advance(Duration.ofHours(1));
    assertThat(pair(late, 2)).isEqualTo(new Registration.CodeExpired());
    assertThat(devices().list(project.id())).containsExactly(device);
  }

  @Test
  void aPairCodeIsNotUsedUpByARegistrationThatFails() {
    Project capped = fixture.capped(0);
    String code = done(fixture.fleet.pairCodes().issue(capped.id(), "boiler")).code();
    assertThat(pair(code, 1)).isEqualTo(new Registration.NoLicenseLeft(0));
    assertThat(devices().pair(code, new Machine("x", "m", null, null), _ -> false))
        .isInstanceOf(Registration.Refused.class);
    fixture.fleet.projects().update(capped.id(), "p", List.of(), ProjectSettings.defaults());
    assertThat(device(pair(code, 1)).name()).isEqualTo("boiler");
  }

  private Registration pair(String code, int number) {
    return devices().pair(code, machine(mac(number)), fixture.connected::contains);
  }
}

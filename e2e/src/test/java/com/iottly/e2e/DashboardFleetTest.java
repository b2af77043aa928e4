package com.iottly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices: from the click to what the device notices, and back to the page. */
class DashboardFleetTest extends DashboardScene {

  private static final Pattern PAIR_CODE = Pattern.compile("--pair-code (\\S+)");
  private static final LocatorAssertions.IsVisibleOptions SOON =
      new LocatorAssertions.IsVisibleOptions().setTimeout(60_000);

  @TempDir Path folder;

  @Test
  void aDeviceIsAddedWithTheLineThatThePageShowsAndIsWelcomedWhenItConnects() throws Exception {
    page().navigate(inProject("/devices"));
    link("Add device").click();
    page().getByLabel("Name of the device").fill("Boiler room 7");
    button("Get the install command").click();
    assertThat(heading("Waiting for the machine …")).isVisible();
    try (DeviceAgent machine = new DeviceAgent(folder, platform())) {
      Child.Finished provisioned =
          machine.run(
              "provision",
              "--url",
              platform().url(),
              "--pair-code",
              pairCode(),
              "--mac",
              "02:00:00:00:77:07",
              "--machine-id",
              "boiler-room-7");
      assertThat(provisioned.succeeded().out()).contains("Boiler room 7");
      assertThat(page().getByText("Boiler room 7 is registered.")).isVisible();
      machine.start();
      assertThat(heading("Boiler room 7 is connected")).isVisible(SOON);
      button("Open the device").click();
      assertThat(heading("Boiler room 7")).isVisible();
      remove("Boiler room 7");
      await()
          .atMost(Platform.PATIENCE)
          .until(() -> !machine.status().path("connected").asBoolean());
    }
  }

  private String pairCode() {
    Matcher code = PAIR_CODE.matcher(page().getByLabel("Install command").textContent());
    assertThat(code.find()).isTrue();
    return code.group(1);
  }

  private void remove(String name) {
    button("More for this device").click();
    page().getByRole(AriaRole.MENUITEM).getByText("Remove").click();
    button("Remove device").click();
    assertThat(page().getByText("“" + name + "” was removed")).isVisible();
    assertThat(heading("Devices")).isVisible();
    assertThat(link(name)).hasCount(0);
  }

  @Test
  void aDeviceIsRenamedAndTaggedAndTheWayBackIsOneClick() throws Exception {
    String id = register("Old name", 1);
    page().navigate(inProject("/devices/" + id));
    button("Edit").click();
    Locator dialog = page().getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Name").fill("New name");
    dialog.getByLabel("Tags").fill("north");
    dialog.getByLabel("Tags").press("Enter");
    button("Save").click();
    assertThat(heading("New name")).isVisible();
    JsonNode changed = platform().api().get("device/" + id);
    assertThat(changed.path("name").asText()).isEqualTo("New name");
    assertThat(changed.path("tags").path(0).asText()).isEqualTo("north");
    button("Undo").click();
    assertThat(heading("Old name")).isVisible();
    assertThat(platform().api().get("device/" + id).path("tags")).isEmpty();
    remove("Old name");
  }

  @Test
  void aRevokedDeviceIsCutOffAtOnce() throws Exception {
    JsonNode registered = registered("Stolen", 2);
    String id = registered.at("/device/id").asText();
    page().navigate(inProject("/devices/" + id));
    assertThat(page().getByText("Never connected").first()).isVisible();
    try (ScriptedDevice device =
        ScriptedDevice.connect(platform(), registered.path("token").asText())) {
      assertThat(page().locator(".device-lead").getByText("Connected")).isVisible();
      button("More for this device").click();
      page().getByRole(AriaRole.MENUITEM).getByText("Revoke its token").click();
      button("Revoke token").click();
      assertThat(device.closeCode()).isEqualTo(4401);
      assertThat(page().locator(".device-lead").getByText("Last seen")).isVisible();
    }
    remove("Stolen");
  }

  @Test
  void theListIsSearchedFilteredAndSortedAndFollowsWhatHappens() throws Exception {
    List<String> made = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      made.add(register("Pump " + i, 100 + i));
    }
    page().navigate(inProject("/devices"));
    Locator rows = page().locator(".device-link");
    page().getByLabel("Search by name, tag, MAC address or id").fill("pump");
    assertThat(page().getByText("40 of 41 devices, 0 connected")).isVisible();
    // People count that 9 comes before 10.
    assertThat(rows.first()).hasText("Pump 1");
    assertThat(rows.nth(1)).hasText("Pump 2");
    button("Name").click();
    assertThat(rows.first()).hasText("Pump 40");
    page().getByLabel("Search by name, tag, MAC address or id").fill("pump 40 77:8c");
    assertThat(rows).hasCount(1);
    page().reload();
    assertThat(rows).hasCount(1);
    page().getByLabel("Show").selectOption("connected");
    assertThat(heading("No device is like that")).isVisible();
    JsonNode token = platform().api().post("device/" + made.getLast() + "/token", "{}");
    try (ScriptedDevice _ = ScriptedDevice.connect(platform(), token.path("token").asText())) {
      assertThat(rows).hasCount(1);
      assertThat(page().locator(".data-table").getByText("Connected")).isVisible();
    }
    assertThat(heading("No device is like that")).isVisible();
    button("Clear the filters").click();
    assertThat(page().getByText("41 devices, 1 connected")).isVisible();
    for (String id : made) {
      JsonNode _ = platform().api().delete("device/" + id);
    }
  }

  @Test
  void aDevicesMessagesAppearAsTheyComeAndOpenToAllOfThem() throws Exception {
    String device = stage().agent().device();
    page().navigate(inProject("/devices/" + device + "?tab=messages"));
    Locator lines = page().locator(".message-line");
    assertThat(lines.first()).isVisible();
    page().getByLabel("Which messages").selectOption("userdefined");
    assertThat(stage().agent().run("send", "--channel", "boiler", "{\"celsius\": 61.5}").code())
        .isZero();
    Locator sent = lines.filter(new Locator.FilterOptions().setHasText("61.5")).first();
    assertThat(sent).isVisible();
    assertThat(sent).containsText("boiler");
    sent.click();
    assertThat(page().locator(".message-whole .json").first()).containsText("\"celsius\": 61.5");
    page().reload();
    assertThat(page().locator(".message-line").first()).isVisible();
  }

  @Test
  void theAgentsNumbersAndThoseItsAppsSendAreDrawnAsTheyCome() throws Exception {
    DeviceAgent agent = stage().agent();
    for (int i = 0; i < 3; i++) {
      assertThat(agent.run("send", "{\"tank\": {\"level\": " + (40 + i) + "}}").code()).isZero();
    }
    agent.awaitDrained();
    page().navigate(inProject("/telemetry?range=1h&devices=" + agent.device()));
    assertThat(heading("CPU usage")).isVisible();
    assertThat(page().locator(".chart canvas").first()).isVisible();
    Locator tank = chart("tank › level");
    assertThat(tank.locator(".sum")).containsText("42");
    assertThat(agent.run("send", "{\"tank\": {\"level\": 77}}").code()).isZero();
    assertThat(tank.locator(".sum")).containsText("77");

    button("Add a chart").click();
    page().getByLabel("Search numbers").fill("uptime");
    page().getByLabel("Search numbers").press("Enter");
    assertThat(heading("Uptime")).isVisible();
    Locator plot = tank.locator(".u-over");
    var box = plot.boundingBox();
    page().mouse().move(box.x + box.width / 2, box.y + 20);
    page().mouse().down();
    page().mouse().move(box.x + box.width - 2, box.y + 40);
    page().mouse().up();
    assertThat(page().getByText("Back to 24 hours")).isVisible();
    assertThat(page()).hasURL(Pattern.compile(".*[?&]from=\\d+.*"));
    button("Remove Uptime").first().click();
    assertThat(heading("Uptime")).hasCount(0);
  }

  private Locator chart(String title) {
    return page()
        .locator("figure")
        .filter(
            new Locator.FilterOptions()
                .setHas(
                    page()
                        .getByRole(
                            AriaRole.HEADING,
                            new Page.GetByRoleOptions().setName(title).setExact(true))));
  }

  @Test
  void theOverviewSaysHowTheProjectDoesAndWhatNeedsAttention() throws Exception {
    page().navigate(inProject(""));
    Locator connected = page().locator(".figure").first();
    assertThat(connected).containsText("1 of 1");
    assertThat(page().getByText("Nothing needs your attention")).isVisible();
    assertThat(page().locator(".versions li").first()).isVisible();
    assertThat(page().locator(".chart canvas").first()).isVisible(SOON);
    String id = register("Far away", 3);
    page().reload();
    assertThat(connected).containsText("1 of 2");
    assertThat(page().getByText("1 device is not connected")).isVisible();
    link("Look").click();
    assertThat(link("Far away")).isVisible();
    JsonNode _ = platform().api().delete("device/" + id);
  }

  private String register(String name, int number) {
    return registered(name, number).at("/device/id").asText();
  }

  /** A machine that is registered and has not connected yet. */
  private JsonNode registered(String name, int number) {
    String body =
        """
        {"devices": [{"name": "%s", "macaddress": "02:00:00:00:77:%02x", "machine_id": "machine-%d"}]}
        """
            .formatted(name, number, number);
    JsonNode row = platform().api().post("devices", body).at("/rows/0");
    assertThat(row.has("token")).as(row.toString()).isTrue();
    return row;
  }
}

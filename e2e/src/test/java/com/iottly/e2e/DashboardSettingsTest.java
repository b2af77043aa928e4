package com.iottly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Projects and their settings, from the click to what the API and an endpoint see of it. */
class DashboardSettingsTest extends DashboardScene {

  @Test
  void aProjectIsCreatedFoundChangedAndDeleted() {
    page().navigate("/projects");
    button("Create project").click();
    Locator dialog = page().getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Name").fill("Cold rooms");
    dialog.getByLabel("Device type").selectOption("Linux ARM64");
    dialog.getByLabel("Tags").fill("north");
    dialog.getByLabel("Tags").press("Enter");
    dialog.getByText("Create project").last().click();
    assertThat(page()).hasURL(Pattern.compile("/projects/[0-9a-f]{24}$"));
    assertThat(link("Cold rooms")).isVisible();

    page().navigate("/projects");
    page().getByLabel("Search projects").fill("NORTH cold");
    assertThat(page().locator(".project-card")).hasCount(1);
    assertThat(page().locator(".project-card")).containsText("Linux ARM64");
    page().locator(".project-card").click();

    button("OPEN").click();
    link("Project settings").click();
    page().getByLabel("Name").fill("Warm rooms");
    page().getByLabel("Keep messages for, in days").fill("7");
    button("Save").click();
    assertThat(link("Warm rooms")).isVisible();
    button("Undo").click();
    assertThat(link("Cold rooms")).isVisible();
    assertThat(page().getByLabel("Keep messages for, in days")).hasValue("30");

    link("Licenses").click();
    page().getByLabel("How many").fill("3");
    button("Make licenses").click();
    assertThat(page().getByText("free", new Page.GetByTextOptions().setExact(true))).hasCount(3);

    link("Project settings").click();
    button("Delete project").click();
    Locator confirm = page().getByRole(AriaRole.DIALOG);
    assertThat(confirm.getByText("Delete project")).isDisabled();
    confirm.getByRole(AriaRole.TEXTBOX).fill("Cold rooms");
    confirm.getByText("Delete project").click();
    assertThat(page()).hasURL(Pattern.compile("/projects$"));
    assertThat(page().locator(".project-card")).hasCount(1);
  }

  @Test
  void anApiKeyIsObtainedAsTheManualSaysAndWorksUntilItIsDeleted() {
    page().navigate(inProject("/console"));
    button("OPEN").click();
    link("Manage API keys").click();
    page().getByLabel("Description").fill("Analytics dashboard");
    button("Create new API key").click();
    Locator secret = page().getByLabel("API key", new Page.GetByLabelOptions().setExact(true));
    String key = secret.innerText().strip();
    assertThat(key).startsWith("iottly_");
    assertThat(ping(key)).isEqualTo(200);
    button("I have copied it").click();
    assertThat(page().getByText(key)).hasCount(0);

    button("Delete the key “Analytics dashboard”").click();
    page().getByRole(AriaRole.DIALOG).getByText("Delete key").click();
    assertThat(page().getByText("“Analytics dashboard” was deleted")).isVisible();
    assertThat(ping(key)).isEqualTo(401);

    button("CLOSE").click();
    assertThat(heading("Console")).isVisible();
    assertThat(page()).hasURL(Pattern.compile(inProject("/console") + "$"));
  }

  private int ping(String key) {
    return new Api(platform().url(), platform().project(), key).look("/v1.0/project/ping").status();
  }

  @Test
  void aWebhookIsAddedTestedWatchedPausedReplayedAndDeleted() {
    page().navigate(inProject("/settings/webhooks"));
    button("Add webhook").click();
    Locator dialog = page().getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Description").fill("Billing");
    dialog.getByLabel("Address").fill(stage().endpoint().url());
    button("Add header").click();
    dialog.getByLabel("Name").fill("X-Tenant");
    dialog.getByLabel("Value").fill("seven");
    dialog.getByText("Add webhook").last().click();
    assertThat(page().getByLabel("Signing secret")).containsText("whsec_");
    button("I have copied it").click();
    link("Billing").click();
    assertThat(page().getByText("X-Tenant")).isVisible();

    button("Send test").click();
    assertThat(page().getByText(Pattern.compile("taken in \\d+ ms")).first()).isVisible();

    String device = stage().agent().device();
    int before = stage().endpoint().taken(device).size();
    platform().api().echo(device, 10);
    await().until(() -> stage().endpoint().taken(device).size() > before);
    button("Refresh").click();
    assertThat(page().locator("tbody tr")).hasCount(2);
    button("Send again").first().click();
    assertThat(page().getByText("It was sent again and taken")).isVisible();

    button("Pause").click();
    assertThat(page().getByText("paused", new Page.GetByTextOptions().setExact(true))).isVisible();
    button("Go on").click();
    assertThat(page().getByText("working", new Page.GetByTextOptions().setExact(true))).isVisible();

    more("Replay since …");
    page().getByRole(AriaRole.DIALOG).getByText("Replay since …").last().click();
    assertThat(page().getByText("Replaying; watch the deliveries")).isVisible();

    more("Delete webhook");
    page().getByRole(AriaRole.DIALOG).getByText("Delete webhook").click();
    assertThat(page().getByText("No webhooks yet")).isVisible();
  }

  private void more(String deed) {
    button("More to do with this webhook").click();
    page().getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(deed)).click();
  }

  @Test
  void theAuditLogSaysWhoDidWhat() {
    page().navigate(inProject("/audit"));
    page().getByLabel("What, such as key.create").fill("device.register");
    button("Filter").click();
    assertThat(page().locator(".audit-entry")).hasCount(1);
    assertThat(page().locator(".audit-entry")).containsText(stage().agent().device());
  }
}

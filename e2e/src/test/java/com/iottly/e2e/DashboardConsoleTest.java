package com.iottly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Messages and the Console: from the click to what the device does, and back to the page. */
class DashboardConsoleTest extends DashboardScene {

  private static final Page.GetByTextOptions EXACT = new Page.GetByTextOptions().setExact(true);

  @Test
  void aCommandIsDefinedAppearsInAnOpenConsoleAtOnceAndReachesTheDevice() {
    page().navigate(inProject("/console"));
    assertThat(form("echo")).isVisible();
    Page messages = page().context().newPage();
    messages.navigate(inProject("/messages"));
    press(messages, "Add command");
    Locator dialog = messages.getByRole(AriaRole.DIALOG);
    dialog.getByLabel("Name").fill("pump");
    press(messages, "Add keyword");
    dialog.getByLabel("Keyword", new Locator.GetByLabelOptions().setExact(true)).fill("speed");
    assertThat(dialog.locator(".preview")).containsText("\"speed\": \"…\"");
    press(messages, "Save");
    assertThat(messages.getByText("pump was saved")).isVisible();

    form("pump").locator("summary").click();
    form("pump").getByLabel("speed").fill("700");
    form("pump")
        .getByLabel("as", new Locator.GetByLabelOptions().setExact(true))
        .selectOption("number");
    send("pump");
    // No script of the device knows it; the page shows what the device says to that.
    Locator sent = page().locator(".sent li").first();
    assertThat(sent).containsText("pump");
    assertThat(sent.getByText(Pattern.compile("succeeded|failed"))).isVisible();
    sent.locator("summary").click();
    assertThat(sent.locator(".json").first()).containsText("\"speed\": 700");

    messages.getByLabel("Remove pump").click();
    assertThat(form("pump")).hasCount(0);
    press(messages, "Undo");
    assertThat(form("pump")).hasCount(1);
    messages.getByLabel("Remove pump").click();
    assertThat(form("pump")).hasCount(0);
  }

  @Test
  void aCommandIsSentByItsFormAndTheDevicesAnswerIsSeenLive() throws Exception {
    page().navigate(inProject("/console"));
    send("echo");
    assertThat(page().locator(".sent li").first().getByText("succeeded")).isVisible();
    page().getByLabel("Filter").fill("echo");
    button("User").click();
    Locator answer = page().locator(".line-userdefined").last();
    assertThat(answer).containsText("IOTTLY hello world!!!!");
    answer.locator("button").first().click();
    assertThat(answer.locator(".json")).containsText("\"content\": \"IOTTLY hello world!!!!\"");
    page().getByLabel("Filter").fill("");
    button("All").click();
    picture(page(), "dashboard");
  }

  @Test
  void theLogIsPausedFilteredClearedAndReadBack() {
    page().navigate(inProject("/console"));
    Locator lines = page().locator(".line");
    assertThat(lines.first()).isVisible();
    button("Pause").click();
    // The device sends telemetry every second.
    assertThat(page().getByText(Pattern.compile("Go on \\([1-9]\\d* new\\)"))).isVisible();
    int held = lines.count();
    page().getByText(Pattern.compile("Go on")).click();
    assertThat(lines.nth(held)).isVisible();
    page().getByLabel("Filter").fill("no message has this");
    assertThat(page().getByText("No line here fits.")).isVisible();
    page().getByLabel("Filter").fill("");
    button("Pause").click();
    button("Clear").click();
    assertThat(lines).hasCount(0);
    page().reload();
    assertThat(lines.first()).isVisible();
  }

  @Test
  void theCopiedCommandLineDoesWhatTheFormDoes() {
    page().context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
    page().navigate(inProject("/console"));
    form("echo").getByText("Copy as curl").click();
    assertThat(form("echo").getByText("Copied")).isVisible();
    String line = (String) page().evaluate("navigator.clipboard.readText()");
    Child.Finished shell =
        Child.run(Map.of("IOTTLY_API_KEY", platform().key()), List.of("sh", "-c", line));
    assertThat(shell.succeeded().out()).contains("\"cmd_type\"", "\"echo\"");
  }

  @Test
  void whileThePlatformIsAwayThePageSaysSoAndMissesNothing() throws Exception {
    page().navigate(inProject("/console"));
    assertThat(page().locator(".line").first()).isVisible();
    platform().server().kill();
    assertThat(page().getByText("Connection lost.")).isVisible();
    platform().start();
    stage().agent().awaitConnected();
    assertThat(page().getByText("Connection lost.")).isHidden();
    platform().api().echo(stage().agent().device(), 10);
    button("Commands").click();
    assertThat(
            page()
                .locator(".line-command")
                .getByText("succeeded", new Locator.GetByTextOptions().setExact(true))
                .first())
        .isVisible();
    button("Agent").click();
    assertThat(page().getByText("connected", EXACT).last()).isVisible();
  }

  private void send(String type) {
    form(type)
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send").setExact(true))
        .click();
  }

  private Locator form(String type) {
    return page()
        .locator("details.command")
        .filter(
            new Locator.FilterOptions()
                .setHas(
                    page()
                        .locator(
                            "strong",
                            new Page.LocatorOptions()
                                .setHasText(Pattern.compile("^" + type + "$")))));
  }

  private static void press(Page page, String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true))
        .click();
  }
}

package com.iottly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every page, in both themes and at a phone's width: for everybody to use, and nothing wider than
 * the screen. It leaves pictures for who wants to look.
 */
class DashboardLooksTest extends DashboardScene {

  /** What a person who needs help with reading would stumble over, by axe-core. */
  private static final String AXE =
      """
      async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})).violations
        .filter(({impact}) => impact === "serious" || impact === "critical")
        .map(({id, nodes}) => id + ": " + nodes.map(({html}) => html).join(" "))
      """;

  private static final String OVERFLOW =
      "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";

  /** How somebody looks at the dashboard. */
  enum Look {
    LIGHT(ColorScheme.LIGHT, WIDTH, HEIGHT),
    DARK(ColorScheme.DARK, WIDTH, HEIGHT),
    PHONE(ColorScheme.DARK, 390, 844);

    private final ColorScheme scheme;
    private final int width;
    private final int height;

    Look(ColorScheme scheme, int width, int height) {
      this.scheme = scheme;
      this.width = width;
      this.height = height;
    }

    /** Without motion: what is half faded in has not the contrast it will have. */
    Browser.NewContextOptions of(Browser.NewContextOptions options) {
      return options
          .setColorScheme(scheme)
          .setReducedMotion(ReducedMotion.REDUCE)
          .setViewportSize(width, height);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPageIsForEverybody(Look look) throws IOException {
    String axe =
        Files.readString(Launcher.ROOT.resolve("dashboard/node_modules/axe-core/axe.min.js"));
    Page stranger = newPage(look.of(stranger()));
    check(stranger, "/projects", "Sign in to Iottly", look, axe);
    Page page = newPage(look.of(signedIn()));
    for (List<String> address : addresses().toList()) {
      check(page, address.get(0), address.get(1), look, axe);
    }
  }

  private Stream<List<String>> addresses() {
    return Stream.of(
        List.of("/projects", "Projects"),
        List.of("/account", DashboardStage.ADMINISTRATOR),
        List.of(inProject(""), "Overview"),
        List.of(inProject("/devices"), "Devices"),
        List.of(inProject("/devices/add"), "Add a device"),
        List.of(inProject("/devices/" + stage().agent().device()), deviceName()),
        List.of(inProject("/telemetry"), "Telemetry"),
        List.of(inProject("/console"), "Console"),
        List.of(inProject("/messages"), "Messages"),
        List.of(inProject("/terminal"), "Terminal"),
        List.of(inProject("/audit"), "Audit log"),
        List.of(inProject("/settings/keys"), "Manage API keys"),
        List.of(inProject("/settings/webhooks"), "Configure webhooks"),
        List.of(inProject("/settings/project"), "Project settings"),
        List.of(inProject("/settings/members"), "Members"),
        List.of(inProject("/settings/licenses"), "Licenses"),
        List.of("/nowhere", "Not found"));
  }

  private String deviceName() {
    return platform().api().get("device/" + stage().agent().device()).path("name").asText();
  }

  private void check(Page page, String address, String title, Look look, String axe)
      throws IOException {
    page.navigate(address);
    assertThat(page.locator("h1")).hasText(title);
    assertThat(page.locator(".loading")).hasCount(0);
    page.evaluate(axe);
    String name = title.toLowerCase().replace(' ', '-') + "-" + look.name().toLowerCase();
    picture(page, name);
    assertThat((List<?>) page.evaluate(AXE)).as(name).isEmpty();
    assertThat(page.evaluate(OVERFLOW)).as("pixels that %s is too wide", name).isEqualTo(0);
  }
}

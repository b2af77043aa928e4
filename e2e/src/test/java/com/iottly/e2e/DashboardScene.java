package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A test of the dashboard: a page in which the administrator is signed in, before the shared
 * platform. It fails when the page throws an error or breaks its content security policy.
 */
abstract class DashboardScene {

  /** How large a laptop's window is. */
  static final int WIDTH = 1280;

  static final int HEIGHT = 800;

  private static final Path SCREENSHOTS = Path.of("target/screenshots");

  @RegisterExtension private final Curtain curtain = new Curtain();

  private final List<String> troubles = new ArrayList<>();
  private final List<BrowserContext> opened = new ArrayList<>();
  private DashboardStage stage;
  private Page page;

  /** Gives the test the stage. */
  private final class Curtain implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
      stage = DashboardStage.of(context);
    }
  }

  @BeforeEach
  void openPage() {
    page = newPage(signedIn());
  }

  @AfterEach
  void closePages() {
    opened.forEach(BrowserContext::close);
    assertThat(troubles).as("errors of the page").isEmpty();
  }

  final DashboardStage stage() {
    return stage;
  }

  final Platform platform() {
    return stage.platform();
  }

  /** The page that is signed in. */
  final Page page() {
    return page;
  }

  /** A browser of a laptop in which the administrator is signed in. */
  final Browser.NewContextOptions signedIn() {
    return stranger().setStorageState(stage.signedIn());
  }

  /** A browser of a laptop in which nobody is signed in. */
  final Browser.NewContextOptions stranger() {
    // Colours are judged and pictures taken when nothing moves any more.
    return new Browser.NewContextOptions()
        .setViewportSize(WIDTH, HEIGHT)
        .setReducedMotion(ReducedMotion.REDUCE);
  }

  /** A page of a browser of its own, closed after the test. */
  final Page newPage(Browser.NewContextOptions options) {
    BrowserContext context = stage.browser().newContext(options.setBaseURL(stage.platform().url()));
    opened.add(context);
    context.onPage(this::watch);
    return context.newPage();
  }

  private void watch(Page watched) {
    watched.onPageError(troubles::add);
    watched.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) {
        troubles.add(message.text());
      }
    });
  }

  /** A page's address within the shared project, {@code /console} for example. */
  final String inProject(String path) {
    return "/projects/" + platform().project() + path;
  }

  final Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  final Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  final Locator heading(String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  /** Takes a picture for the documentation, or for who looks at the tests' results. */
  final void picture(Page of, String name) throws IOException {
    Files.createDirectories(SCREENSHOTS);
    of.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
  }
}

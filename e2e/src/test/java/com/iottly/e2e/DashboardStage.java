package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What all tests of the dashboard share, since it takes seconds to start: one platform with an
 * administrator, one agent, one browser. It is started by the first and closed when all tests have
 * run. Each test has a page and a project of its own, or leaves the shared project as it found it.
 */
final class DashboardStage implements AutoCloseable {

  static final String ADMINISTRATOR = "ada";
  static final String PASSWORD = "correct horse battery";

  private static final Pattern SETUP_TOKEN = Pattern.compile("token=\"([^\"]+)\"");
  private static final List<Path> BROWSERS =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));

  private final Path folder;
  private final Stage stage;
  private final Platform platform;
  private final DeviceAgent agent;
  private final Path files;
  private final Endpoint endpoint;
  private final Playwright playwright;
  private final Browser browser;
  private final String signedIn;

  private DashboardStage() throws Exception {
    folder = Files.createTempDirectory("iottly-dashboard-");
    stage = Stage.in(folder);
    platform =
        stage.platform(
            """
            [webhook]
            allow = ["127.0.0.1"]
            allow_http = true
            """);
    agent = stage.agent(platform);
    files = Files.createDirectories(folder.resolve("files"));
    agent.set("REMOTE_SHELL", true);
    agent.set("REMOTE_FILES", true);
    agent.set("REMOTE_FILES_WRITE", files);
    agent.set("REMOTE_LOG_FILES", files);
    agent.start();
    endpoint = stage.add(new Endpoint(Seed.random(DashboardStage.class)));
    endpoint.up();
    playwright =
        stage.add(
            Playwright.create(
                new Playwright.CreateOptions()
                    .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
    browser = stage.add(playwright.chromium().launch(launch()));
    signedIn = setUp();
  }

  private static BrowserType.LaunchOptions launch() {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(
            BROWSERS.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no Chromium in " + BROWSERS)))
        // Its sandbox does not work for root, as which the tests may run.
        .setArgs(List.of("--no-sandbox"));
  }

  /** The one that all tests share. */
  static DashboardStage of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(DashboardStage.class, _ -> open(), DashboardStage.class);
  }

  private static DashboardStage open() {
    try {
      return new DashboardStage();
    } catch (Exception e) {
      throw new AssertionError("the dashboard's tests have nothing to stand on", e);
    }
  }

  /** The first administrator, made as a person does it: with the token in the server's log. */
  private String setUp() {
    Matcher token = SETUP_TOKEN.matcher(platform.server().said());
    assertThat(token.find()).as("a set-up token in the server's log").isTrue();
    try (BrowserContext context = browser.newContext()) {
      Page page = context.newPage();
      page.navigate(platform.url() + "/");
      page.getByLabel("Set-up token").fill(token.group(1));
      page.getByLabel("User name").fill(ADMINISTRATOR);
      page.getByLabel("Password").fill(PASSWORD);
      page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Create administrator"))
          .click();
      page.getByText("End to end").waitFor();
      return context.storageState();
    }
  }

  Platform platform() {
    return platform;
  }

  DeviceAgent agent() {
    return agent;
  }

  /** The folder of the device that its owner has opened to the platform's users. */
  Path files() {
    return files;
  }

  /** Where webhooks may post to. */
  Endpoint endpoint() {
    return endpoint;
  }

  Browser browser() {
    return browser;
  }

  /** The cookie of a browser in which the administrator is signed in. */
  String signedIn() {
    return signedIn;
  }

  @Override
  public void close() throws Exception {
    stage.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

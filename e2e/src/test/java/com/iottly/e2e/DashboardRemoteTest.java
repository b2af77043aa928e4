package com.iottly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Shell, logs and files: from what is typed to the device's disk, and back to the page. */
class DashboardRemoteTest extends DashboardScene {

  private static final Page.GetByTextOptions EXACT = new Page.GetByTextOptions().setExact(true);

  @Test
  void aShellRunsWhatIsTypedOnTheDeviceAndEndsWhenItIsLeft() throws Exception {
    Path written = stage().files().resolve("typed");
    page().navigate(inProject("/terminal"));
    page().getByText(Pattern.compile("^Open a shell on")).click();
    assertThat(page().getByText("open", EXACT)).isVisible();
    page().keyboard().type("echo six times seven is $((6*7)) | tee " + written + "\n");
    assertThat(page().locator(".xterm-rows")).containsText("six times seven is 42");
    assertThat(Files.readString(written)).isEqualTo("six times seven is 42\n");
    // Its styles are there, though the policy allows no inline ones: a row is as high as its font.
    assertThat(page().locator(".xterm-rows > div").first())
        .hasCSS("height", Pattern.compile("1\\d(\\.\\d+)?px"));
    page().keyboard().type("exit 3\n");
    assertThat(page().getByText("The shell has ended with 3.")).isVisible();
  }

  @Test
  void aLogIsFollowedAndWhatIsAddedAppears() throws Exception {
    Path log = stage().files().resolve("app.log");
    Files.writeString(log, "an old line\n");
    page().navigate(inProject("/terminal?tool=logs"));
    page().getByLabel("Log", new Page.GetByLabelOptions().setExact(true)).selectOption("file");
    page().getByLabel("a file").fill(log.toString());
    button("Start").click();
    Locator lines = page().getByRole(AriaRole.LOG);
    assertThat(lines).containsText("an old line");
    Files.writeString(log, "a new line\n", StandardOpenOption.APPEND);
    assertThat(lines).containsText("a new line");

    button("Stop").click();
    page().getByLabel("a file").fill("/etc/passwd");
    button("Start").click();
    assertThat(page().locator(".problem")).containsText("/etc/passwd");
  }

  @Test
  void aFileIsPutOnTheDeviceAndFetchedAgain() throws Exception {
    byte[] content = "of the laptop\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
    page().navigate(inProject("/terminal?tool=files"));
    page().getByLabel("Folder").fill(stage().files().toString());
    button("Show").click();
    page()
        .waitForFileChooser(() -> button("Upload a file").click())
        .setFiles(new FilePayload("notes.txt", "text/plain", content));
    assertThat(page().getByText("notes.txt is on the device")).isVisible();
    assertThat(stage().files().resolve("notes.txt")).hasBinaryContent(content);
    Download download = page().waitForDownload(() -> button("Download notes.txt").click());
    assertThat(download.path()).hasBinaryContent(content);
  }
}

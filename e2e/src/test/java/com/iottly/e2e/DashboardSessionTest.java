package com.iottly.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Signing in and out, and one's account, in the dashboard. */
class DashboardSessionTest extends DashboardScene {

  @Test
  void whoComesByADeepLinkSeesItsPageAfterSigningIn() {
    Page page = newPage(stranger());
    page.navigate(inProject("/settings/keys"));
    signIn(page, DashboardStage.ADMINISTRATOR, "not the password");
    assertThat(page.getByText("Name and password don't belong together.")).isVisible();
    signIn(page, DashboardStage.ADMINISTRATOR, DashboardStage.PASSWORD);
    assertThat(page).hasTitle(Pattern.compile("^Manage API keys"));
    assertThat(page).hasURL(Pattern.compile(inProject("/settings/keys") + "$"));
  }

  @Test
  void aNewUserChangesTheirPasswordSeesTheirSessionsAndSignsOut() {
    page().navigate(inProject("/settings/members"));
    button("New user").click();
    var dialog = page().getByRole(AriaRole.DIALOG);
    dialog.getByLabel("User name").fill("grace");
    dialog.getByLabel("First password").fill("a first password");
    dialog.getByText("Create user").click();
    assertThat(dialog).hasCount(0);
    assertThat(page().getByLabel("User name")).hasValue("grace");
    page().getByLabel("Role", new Page.GetByLabelOptions().setExact(true)).selectOption("viewer");
    button("Add member").click();
    assertThat(page().getByText("grace is a member now")).isVisible();

    Page elsewhere = newPage(stranger());
    elsewhere.navigate("/account");
    signIn(elsewhere, "grace", "a first password");
    Page graces = newPage(stranger());
    graces.navigate("/account");
    signIn(graces, "grace", "a first password");
    assertThat(graces.getByText("Chrome on Linux")).hasCount(2);

    graces.getByLabel("Present password").fill("a first password");
    graces.getByLabel("New password").fill("a better password");
    press(graces, "Change password");
    assertThat(graces.getByText("your other sessions have ended")).isVisible();
    elsewhere.reload();
    assertThat(elsewhere.getByLabel("Password")).isVisible();

    // A viewer may look, and is told what they may not.
    graces.navigate(inProject("/console"));
    assertThat(graces.getByText("You may look, but not send commands")).isVisible();

    press(graces, "Account of grace");
    graces.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("Sign out")).click();
    assertThat(graces.getByLabel("Password")).isVisible();
    graces.reload();
    assertThat(graces.getByLabel("Password")).isVisible();
  }

  static void signIn(Page page, String name, String password) {
    page.getByLabel("User name").fill(name);
    page.getByLabel("Password").fill(password);
    press(page, "Sign in");
  }

  private static void press(Page page, String button) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button)).click();
  }
}

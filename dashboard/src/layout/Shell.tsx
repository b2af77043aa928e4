import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Link } from "../router/Link";
import { go, place } from "../router/router";
import { addressOf, projectHome, projectRoutes, settingsRoutes, type Route } from "../routes";
import { me, signOut } from "../session/session";
import { strings } from "../strings.en";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Icon, Logo } from "../ui/Icon";
import { Menu } from "../ui/Menu";
import { tellProblem } from "../ui/toasts";
import type { Here } from "./project";
import { nextTheme, theme } from "./theme";

/** What is around every page: the head with the way back, the navigation, and word of a lost connection. */
export function Shell({ here, children }: { here?: Here; children: ComponentChildren }) {
  return (
    <div class={here ? "shell shell-project" : "shell"}>
      <a class="skip" href="#main">
        {strings.nav.skip}
      </a>
      <header class="head">
        <Link to="/projects" class="head-logo" aria-label={strings.nav.projects}>
          <Logo />
        </Link>
        <nav class="crumbs" aria-label={strings.nav.where}>
          <Link to="/projects">{strings.nav.projects}</Link>
          {here && (
            <>
              <span aria-hidden="true">/</span>
              <Link to={projectHome(here.project.id)} class="crumbs-here">
                {here.project.name}
              </Link>
            </>
          )}
        </nav>
        <ThemeButton />
        <UserMenu />
        {here && <SettingsButton project={here.project.id} />}
      </header>
      {here && <Navigation project={here.project.id} />}
      <main id="main" class="main" tabIndex={-1}>
        {here && isInSettings(here.project.id) ? <SettingsArea project={here.project.id}>{children}</SettingsArea> : children}
      </main>
      {here && <LinkBanner here={here} />}
    </div>
  );
}

function ThemeButton() {
  const icons = { system: "auto", light: "sun", dark: "moon" } as const;
  return (
    <Button
      look="quiet"
      icon={icons[theme.value]}
      aria-label={strings.theme.label(strings.theme[theme.value])}
      title={strings.theme.label(strings.theme[theme.value])}
      onClick={nextTheme}
    />
  );
}

function UserMenu() {
  const { user } = me.value;
  return (
    <Menu
      label={strings.nav.account(user)}
      face={<span class="avatar">{user.slice(0, 1).toUpperCase()}</span>}
      items={[
        { text: strings.nav.accountOf(user), icon: "user", act: () => go("/account") },
        { text: strings.nav.apiDocs, icon: "code", act: () => location.assign("/v1.0/docs") },
        { text: strings.session.signOut, icon: "leave", act: () => void signOut().catch(tellProblem) },
      ]}
    />
  );
}

/** Where the CLOSE button leads back to. */
let beforeSettings = "";

function isInSettings(project: string): boolean {
  return place.value.path.startsWith(`/projects/${project}/settings`);
}

function SettingsButton({ project }: { project: string }) {
  const open = isInSettings(project);
  const toggle = () => {
    if (open) return go(beforeSettings.startsWith(`/projects/${project}/`) ? beforeSettings : projectHome(project));
    beforeSettings = location.pathname + location.search;
    go(addressOf(settingsRoutes[0]?.path ?? "", project));
  };
  return (
    <button type="button" class={open ? "toggle toggle-open" : "toggle"} aria-expanded={open} title={open ? strings.settings.close : strings.settings.open} onClick={toggle}>
      <Icon name={open ? "close" : "settings"} />
      {open ? strings.settings.closeButton : strings.settings.openButton}
    </button>
  );
}

function SettingsArea({ project, children }: { project: string; children: ComponentChildren }) {
  const tabs = useRef<HTMLElement>(null);
  const { path } = place.value;
  // On a phone they are wider than the screen.
  useEffect(() => tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [path]);
  return (
    <div class="settings">
      <nav ref={tabs} class="tabs" aria-label={strings.settings.areas}>
        {settingsRoutes.map((route) => (
          <NavLink key={route.path} route={route} project={project} />
        ))}
      </nav>
      <div class="settings-body">{children}</div>
    </div>
  );
}

function NavLink({ route, project, onClick }: { route: Route; project: string; onClick?: () => void }) {
  if (!route.nav) return null;
  const to = addressOf(route.path, project);
  const path = place.value.path;
  const current = path === to || (path.startsWith(`${to}/`) && to !== `/projects/${project}`);
  return (
    <Link to={to} class="nav-link" aria-current={current ? "page" : undefined} {...(onClick && { onClick })}>
      <Icon name={route.nav.icon} />
      <span>{route.nav.text}</span>
    </Link>
  );
}

/** How many places the bar at the bottom of a phone has, besides "More". */
const ON_PHONE = 4;

function Navigation({ project }: { project: string }) {
  const [more, setMore] = useState(false);
  const entries = projectRoutes.filter(({ nav }) => nav);
  return (
    <nav class="nav" aria-label={strings.nav.project}>
      {entries.map((route, i) => (
        <div key={route.path} class={i < ON_PHONE ? "nav-entry" : "nav-entry nav-entry-more"}>
          <NavLink route={route} project={project} />
        </div>
      ))}
      {entries.length > ON_PHONE && (
        <div class="nav-entry nav-more">
          <button type="button" class="nav-link" onClick={() => setMore(true)}>
            <Icon name="more" />
            <span>{strings.nav.more}</span>
          </button>
        </div>
      )}
      {more && (
        <Dialog title={strings.nav.more} light onClose={() => setMore(false)}>
          <div class="nav-sheet">
            {entries.slice(ON_PHONE).map((route) => (
              <NavLink key={route.path} route={route} project={project} onClick={() => setMore(false)} />
            ))}
          </div>
        </Dialog>
      )}
    </nav>
  );
}

/** Appears when the live stream is broken for more than a moment; what is on the page stays. */
function LinkBanner({ here }: { here: Here }) {
  return (
    <div role="status" class="banner-place">
      {here.stream.state.value === "broken" && (
        <p class="banner">
          <Icon name="offline" />
          {strings.stream.broken}
        </p>
      )}
    </div>
  );
}

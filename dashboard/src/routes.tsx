import type { ComponentType } from "preact";
import { lazy } from "./layout/lazy";
import { strings } from "./strings.en";
import type { IconName } from "./ui/Icon";

/** A page and its address; it gets the address's parameters. */
export interface Route {
  path: string;
  Page: ComponentType<Record<string, string>>;
  /** Where it stands in the navigation, when it does. */
  nav?: { text: string; icon: IconName };
}

type AnyPage = ComponentType<Record<string, string>>;

const page = (fetch: () => Promise<ComponentType<never>>): AnyPage => lazy(fetch as () => Promise<AnyPage>);

/** Pages that are of no project. */
export const generalRoutes: Route[] = [
  { path: "/", Page: page(async () => (await import("./pages/projects/ProjectList")).ProjectList) },
  { path: "/projects", Page: page(async () => (await import("./pages/projects/ProjectList")).ProjectList) },
  { path: "/account", Page: page(async () => (await import("./pages/account/Account")).Account) },
];

/** Pages of a project, in the order of the navigation; the first one is where a project begins. */
export const projectRoutes: Route[] = [
  {
    path: "/projects/:project",
    nav: { text: strings.fleet.overview, icon: "overview" },
    Page: page(async () => (await import("./pages/overview/Overview")).Overview),
  },
  {
    path: "/projects/:project/devices",
    nav: { text: strings.fleet.devices, icon: "device" },
    Page: page(async () => (await import("./pages/devices/DeviceList")).DeviceList),
  },
  {
    path: "/projects/:project/devices/add",
    Page: page(async () => (await import("./pages/devices/AddDevice")).AddDevice),
  },
  {
    path: "/projects/:project/devices/:device",
    Page: page(async () => (await import("./pages/devices/DevicePage")).DevicePage),
  },
  {
    path: "/projects/:project/console",
    nav: { text: strings.nav.console, icon: "console" },
    Page: page(async () => (await import("./pages/console/Console")).Console),
  },
  {
    path: "/projects/:project/telemetry",
    nav: { text: strings.fleet.telemetry, icon: "telemetry" },
    Page: page(async () => (await import("./pages/telemetry/TelemetryPage")).TelemetryPage),
  },
  {
    path: "/projects/:project/messages",
    nav: { text: strings.nav.messages, icon: "message" },
    Page: page(async () => (await import("./pages/messages/Definitions")).Definitions),
  },
  {
    path: "/projects/:project/terminal",
    nav: { text: strings.nav.terminal, icon: "terminal" },
    Page: page(async () => (await import("./pages/remote/Remote")).Remote),
  },
  {
    path: "/projects/:project/audit",
    nav: { text: strings.nav.audit, icon: "audit" },
    Page: page(async () => (await import("./pages/audit/Audit")).Audit),
  },
];

/** The settings area, which the OPEN button toggles. */
export const settingsRoutes: Route[] = [
  {
    path: "/projects/:project/settings/keys",
    nav: { text: strings.nav.keys, icon: "key" },
    Page: page(async () => (await import("./pages/settings/keys/Keys")).Keys),
  },
  {
    path: "/projects/:project/settings/webhooks",
    nav: { text: strings.nav.webhooks, icon: "webhook" },
    Page: page(async () => (await import("./pages/settings/webhooks/Webhooks")).Webhooks),
  },
  {
    path: "/projects/:project/settings/webhooks/:webhook",
    Page: page(async () => (await import("./pages/settings/webhooks/WebhookPage")).WebhookPage),
  },
  {
    path: "/projects/:project/settings/project",
    nav: { text: strings.nav.projectSettings, icon: "settings" },
    Page: page(async () => (await import("./pages/settings/project/ProjectSettings")).ProjectSettings),
  },
  {
    path: "/projects/:project/settings/members",
    nav: { text: strings.nav.members, icon: "members" },
    Page: page(async () => (await import("./pages/settings/members/Members")).Members),
  },
  {
    path: "/projects/:project/settings/licenses",
    nav: { text: strings.nav.licenses, icon: "license" },
    Page: page(async () => (await import("./pages/settings/licenses/Licenses")).Licenses),
  },
];

/** Where a project begins. */
export function projectHome(project: string): string {
  return addressOf(projectRoutes[0]?.path ?? "/projects/:project", project);
}

/** A route's address within a project. */
export function addressOf(path: string, project: string): string {
  return path.replace(":project", project);
}

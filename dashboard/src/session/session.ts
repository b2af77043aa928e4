import { computed, signal } from "@preact/signals";
import { ApiError, http, setCsrfToken, whenSignedOut } from "../api/http";
import type { Role, Scope, SignedIn } from "../api/types";

/** Whether somebody is signed in; "setup" when the installation has no administrator yet. */
export type Standing =
  | { is: "unknown" }
  | { is: "unreachable"; error: ApiError }
  | { is: "setup" }
  | { is: "signed-out"; ended: boolean }
  | { is: "signed-in"; who: SignedIn };

const SCOPES_OF_ROLE: Record<Role, readonly Scope[]> = {
  viewer: ["read"],
  operator: ["read", "command", "provision", "remote"],
  owner: ["read", "command", "provision", "remote", "manage"],
};

export const standing = signal<Standing>({ is: "unknown" });

/** Who is signed in; only pages for who is may ask. */
export const me = computed<SignedIn>(() => {
  if (standing.value.is !== "signed-in") throw new Error("nobody is signed in");
  return standing.value.who;
});

whenSignedOut(() => {
  if (standing.peek().is === "signed-in") standing.value = { is: "signed-out", ended: true };
});

/** Looks who is signed in; the first thing the page does. */
export async function recognise(): Promise<void> {
  try {
    welcome(await http.get<SignedIn>("session"));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // Who is signed in keeps their page over an outage; that a session has ended was told already.
    if (standing.peek().is === "signed-in" || error.code === "not_signed_in" && isEnded()) return;
    standing.value = error.status === 401 ? await stranger() : { is: "unreachable", error };
  }
}

function isEnded(): boolean {
  const now = standing.peek();
  return now.is === "signed-out" && now.ended;
}

async function stranger(): Promise<Standing> {
  try {
    const { needed } = await http.get<{ needed: boolean }>("setup");
    return needed ? { is: "setup" } : { is: "signed-out", ended: false };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { is: "unreachable", error };
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  welcome(await http.post<SignedIn>("session", { name, password }));
}

/** Signs in with what a link that is good once carries. */
export async function redeemLink(token: string): Promise<void> {
  welcome(await http.post<SignedIn>("session/link", { token }));
}

export async function completeSetup(token: string, name: string, password: string): Promise<void> {
  welcome(await http.post<SignedIn>("setup", { token, name, password }));
}

export async function signOut(): Promise<void> {
  await http.delete("session");
  standing.value = { is: "signed-out", ended: false };
}

function welcome(who: SignedIn): void {
  setCsrfToken(who.csrf_token);
  standing.value = { is: "signed-in", who };
}

/** Whether who is signed in may do in that project what needs the scope; an administrator is an owner everywhere. */
export function may(scope: Scope, project: string): boolean {
  const { administrator, projects } = me.value;
  const role = administrator ? "owner" : projects.find(({ id }) => id === project)?.role;
  return role !== undefined && SCOPES_OF_ROLE[role].includes(scope);
}

import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEY = "iottly.theme";
const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** What was chosen in this browser; public/theme.js has applied it already. */
export const theme = signal<Theme>(THEMES.find((known) => known === document.documentElement.dataset.theme) ?? "system");

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
  document.documentElement.dataset.theme = theme.value;
  localStorage.setItem(KEY, theme.value);
}

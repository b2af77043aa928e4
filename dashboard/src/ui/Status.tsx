import type { ComponentChildren } from "preact";

export type Tone = "good" | "idle" | "warn" | "bad" | "busy";

/** A dot whose form and text say the same as its colour. */
export function Status({ tone, children, title }: { tone: Tone; children: ComponentChildren; title?: string | undefined }) {
  return (
    <span class={`status status-${tone}`} title={title}>
      <span class="status-dot" aria-hidden="true" />
      {children}
    </span>
  );
}

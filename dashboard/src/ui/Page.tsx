import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

/** A page's head and body; its title is the browser's too. */
export function Page({ title, lead, actions, wide = false, children }: {
  title: string;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Iottly`;
  }, [title]);
  return (
    <div class={wide ? "page page-wide" : "page"}>
      <header class="page-head">
        <div>
          <h1>{title}</h1>
          {lead && <p class="page-lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with a heading of its own. */
export function Card({ title, lead, actions, children }: {
  title?: string;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="card">
      {(title !== undefined || actions) && (
        <header class="card-head">
          <div>
            {title !== undefined && <h2>{title}</h2>}
            {lead && <p>{lead}</p>}
          </div>
          {actions && <div class="page-actions">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

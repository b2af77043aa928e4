import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./Icon";

export interface MenuItem {
  text: string;
  icon: IconName;
  danger?: boolean;
  act: () => void;
}

/** A button that opens a list of things to do. */
export function Menu({ label, face, items }: { label: string; face: ComponentChildren; items: MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const entries = () => [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];

  useEffect(() => {
    if (!open) return;
    entries()[0]?.focus();
    const outside = (event: Event) => root.current?.contains(event.target as Node) !== true && setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  const move = (by: number) => {
    const all = entries();
    const now = all.indexOf(document.activeElement as HTMLElement);
    all[(now + by + all.length) % all.length]?.focus();
  };

  return (
    <div
      class="menu"
      ref={root}
      onKeyDown={(event) => {
        if (!open) return;
        if (event.key === "Escape") close();
        else if (event.key === "ArrowDown") move(1);
        else if (event.key === "ArrowUp") move(-1);
        else if (event.key === "Tab") return setOpen(false);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button type="button" class="menu-face" aria-label={label} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        {face}
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={label}>
          {items.map(({ text, icon, danger, act }) => (
            <button
              key={text}
              type="button"
              role="menuitem"
              class={danger ? "menu-item menu-danger" : "menu-item"}
              onClick={() => {
                close();
                act();
              }}
            >
              <Icon name={icon} />
              {text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

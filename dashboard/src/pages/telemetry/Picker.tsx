import { useEffect, useId, useRef, useState } from "preact/hooks";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";

export interface Option {
  id: string;
  text: string;
  group?: string;
}

interface PickerProps {
  label: string;
  add: string;
  search: string;
  chosen: Option[];
  options: Option[];
  most: number;
  mostHint?: string;
  /** Whether what is chosen shows the colours of a chart's lines. */
  coloured?: boolean;
  onChosen: (ids: string[]) => void;
}

const LISTED = 80;

/** Some of many: what is chosen as chips, and a list to search for more. */
export function Picker({ label, add, search, chosen, options, most, mostHint, coloured = false, onChosen }: PickerProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => root.current?.contains(event.target as Node) !== true && setOpen(false);
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const ids = chosen.map(({ id }) => id);
  const isFull = chosen.length >= most;
  return (
    <div
      class="picker"
      ref={root}
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        root.current?.querySelector<HTMLElement>(".picker-add")?.focus();
      }}
    >
      <span class="picker-label">{label}</span>
      {chosen.map(({ id, text }, i) => (
        <span key={id} class={coloured ? `tag picker-chip line-${(i % 8) + 1}` : "tag picker-chip"}>
          {coloured && <span class="legend-line" aria-hidden="true" />}
          {text}
          <button type="button" aria-label={strings.telemetry.remove(text)} onClick={() => onChosen(ids.filter((other) => other !== id))}>
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <span class="picker-place">
        <button
          type="button"
          class="button button-plain button-small picker-add"
          aria-expanded={open}
          disabled={isFull}
          title={isFull ? mostHint : undefined}
          onClick={() => setOpen(!open)}
        >
          <Icon name="add" />
          {add}
        </button>
        {open && (
          <Choices
            label={search}
            options={options.filter(({ id }) => !ids.includes(id))}
            onPick={(id) => {
              onChosen([...ids, id]);
              if (chosen.length + 1 >= most) setOpen(false);
            }}
            onClose={() => setOpen(false)}
          />
        )}
      </span>
    </div>
  );
}

function Choices({ label, options, onPick, onClose }: { label: string; options: Option[]; onPick: (id: string) => void; onClose: () => void }) {
  const [search, setSearch] = useState("");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const words = search.toLowerCase().split(/\s+/);
  const found = options.filter(({ text, id: key }) => words.every((word) => `${text} ${key}`.toLowerCase().includes(word))).slice(0, LISTED);
  return (
    <div class="picker-list">
      <input
        ref={field}
        id={id}
        type="search"
        aria-label={label}
        placeholder={label}
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key === "Enter" && first) onPick(first.id);
        }}
      />
      <ul>
        {found.map((option, i) => (
          <li key={option.id}>
            {option.group !== undefined && option.group !== found[i - 1]?.group && <p class="picker-group">{option.group}</p>}
            <button type="button" title={option.id} onClick={() => onPick(option.id)}>
              {option.text}
            </button>
          </li>
        ))}
        {found.length === 0 && <li class="faint">{strings.common.none}</li>}
      </ul>
      <Button look="quiet" small onClick={onClose}>
        {strings.common.close}
      </Button>
    </div>
  );
}

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { strings } from "../strings.en";
import { Icon } from "./Icon";

interface FieldProps {
  label: string;
  /** What to enter, when the label does not say it. */
  hint?: ComponentChildren;
  /** What is wrong with what was entered. */
  error?: string | undefined;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "password" | "url" | "number" | "datetime-local";
  autocomplete?: string;
  autocapitalize?: "none";
  spellcheck?: boolean;
  placeholder?: string;
  required?: boolean;
  disabled?: boolean;
  autofocus?: boolean;
  minLength?: number;
  maxLength?: number;
  min?: number;
  max?: number;
  pattern?: string;
}

function Field({ label, hint, error, id, children }: FieldProps & { id: string; children: ComponentChildren }) {
  return (
    <div class={error ? "field field-wrong" : "field"}>
      <label for={id}>{label}</label>
      {children}
      {hint && !error && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-hint`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, value, onValue, type = "text", ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Field label={label} hint={hint} error={error} id={id}>
      <input
        {...rest}
        id={id}
        // Preact's types want each kind of input by itself.
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion
        type={type as "text"}
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={hint || error ? `${id}-hint` : undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </Field>
  );
}

/** A choice of few; `options` are values and what they are called. */
export function SelectField<V extends string>(
  props: FieldProps & { value: V; options: readonly (readonly [V, string])[]; onValue: (value: V) => void; disabled?: boolean },
) {
  const id = useId();
  return (
    <Field {...props} id={id}>
      <span class="select">
        <select
          id={id}
          value={props.value}
          disabled={props.disabled}
          aria-describedby={props.hint || props.error ? `${id}-hint` : undefined}
          onChange={(event) => props.onValue(event.currentTarget.value as V)}
        >
          {props.options.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <Icon name="down" size={16} />
      </span>
    </Field>
  );
}

export function CheckField({ label, hint, checked, onChecked, disabled = false }: {
  label: string;
  hint?: ComponentChildren;
  checked: boolean;
  onChecked: (checked: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChecked(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{label}</label>
        {hint && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** A list of short texts: Enter or a comma adds one, Backspace in the empty field takes the last away. */
export function ListField({ label, hint, error, values, onValues, disabled = false }: FieldProps & {
  values: string[];
  onValues: (values: string[]) => void;
  disabled?: boolean;
}) {
  const id = useId();
  const [entry, setEntry] = useState("");
  const add = () => {
    const text = entry.trim();
    if (text !== "" && !values.includes(text)) onValues([...values, text]);
    setEntry("");
  };
  return (
    <Field label={label} hint={hint} error={error} id={id}>
      <div class="list-field">
        {values.map((value) => (
          <span class="tag" key={value}>
            {value}
            <button
              type="button"
              disabled={disabled}
              aria-label={strings.common.removeValue(value)}
              onClick={() => onValues(values.filter((other) => other !== value))}
            >
              <Icon name="close" size={12} />
            </button>
          </span>
        ))}
        <input
          id={id}
          type="text"
          value={entry}
          disabled={disabled}
          aria-describedby={hint || error ? `${id}-hint` : undefined}
          onInput={(event) => setEntry(event.currentTarget.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if ((event.key === "Enter" && entry.trim() !== "") || event.key === ",") {
              event.preventDefault();
              add();
            } else if (event.key === "Backspace" && entry === "") {
              onValues(values.slice(0, -1));
            }
          }}
        />
      </div>
    </Field>
  );
}

/** Finds in a list; what is typed takes effect at once. */
export function SearchField({ label, value, onValue }: { label: string; value: string; onValue: (value: string) => void }) {
  return (
    <span class="search">
      <Icon name="search" size={16} />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    </span>
  );
}

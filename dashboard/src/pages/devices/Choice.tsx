import { Icon } from "../../ui/Icon";

/** A choice of few without a line of its own for its label, as in a toolbar. */
export function Choice<V extends string>({ label, value, options, onValue }: {
  label: string;
  value: V;
  options: readonly (readonly [V, string])[];
  onValue: (value: V) => void;
}) {
  return (
    <span class="select select-inline">
      <select aria-label={label} value={value} onChange={(event) => onValue(event.currentTarget.value as V)}>
        {options.map(([one, name]) => (
          <option key={one} value={one}>
            {name}
          </option>
        ))}
      </select>
      <Icon name="down" size={16} />
    </span>
  );
}

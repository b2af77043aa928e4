import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Device } from "../api/types";
import { strings } from "../strings.en";
import { Icon } from "../ui/Icon";
import { Status } from "../ui/Status";
import { byName, fits } from "../pages/devices/fleet";

const text = strings.devicePicker;

/** As many as a person looks through; a search finds the others. */
const SHOWN = 50;

/** Finds one of thousands of devices by typing a part of its name, tag or id. */
export function DevicePicker({ devices, chosen, onChosen }: {
  devices: readonly Device[];
  chosen: Device | undefined;
  onChosen: (device: Device) => void;
}) {
  const [search, setSearch] = useState<string>();
  const [marked, setMarked] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  const open = search !== undefined;
  const found = open ? devices.filter((device) => fits(device, { search, show: "", tag: "", version: "" })).sort(byName) : [];
  const shown = found.slice(0, SHOWN);

  useEffect(() => {
    root.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [marked]);

  const choose = (device: Device | undefined) => {
    setSearch(undefined);
    if (device) onChosen(device);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" && !open) setSearch("");
    else if (event.key === "ArrowDown") setMarked(Math.min(marked + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setMarked(Math.max(marked - 1, 0));
    else if (event.key === "Enter" && open) choose(shown[marked]);
    else if (event.key === "Escape" && open) setSearch(undefined);
    else return;
    event.preventDefault();
  };

  return (
    <div class="device-picker" ref={root}>
      <label for={id}>{text.device}</label>
      <div class="device-picker-field">
        {chosen && !open && <Status tone={chosen.status === "connected" ? "good" : "idle"}>{""}</Status>}
        <input
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-activedescendant={open && shown[marked] ? `${id}-${marked}` : undefined}
          placeholder={chosen?.name ?? text.placeholder}
          value={search ?? chosen?.name ?? ""}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => !open && setSearch("")}
          onBlur={() => setSearch(undefined)}
          onInput={(event) => {
            setSearch(event.currentTarget.value);
            setMarked(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Icon name="down" size={16} />
      </div>
      {open && (
        <ul id={`${id}-list`} class="device-picker-list" role="listbox" aria-label={text.device}>
          {shown.map((device, i) => (
            <li
              key={device.id}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === marked}
              // Before the field loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                choose(device);
              }}
              onMouseEnter={() => setMarked(i)}
            >
              <span class="clip">{device.name}</span>
              <Status tone={device.status === "connected" ? "good" : "idle"}>{text.states[device.status]}</Status>
            </li>
          ))}
          {found.length === 0 && <li class="device-picker-note">{text.none}</li>}
          {found.length > SHOWN && <li class="device-picker-note">{text.others(found.length - SHOWN)}</li>}
        </ul>
      )}
    </div>
  );
}

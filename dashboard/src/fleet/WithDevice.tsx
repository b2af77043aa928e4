import type { ComponentChildren } from "preact";
import type { Device } from "../api/types";
import { byName } from "../pages/devices/fleet";
import { useDevices } from "../pages/devices/useDevices";
import { place, setQuery } from "../router/router";
import { strings } from "../strings.en";
import { Page } from "../ui/Page";
import { Empty, Shown } from "../ui/states";
import { DevicePicker } from "./DevicePicker";

const text = strings.devicePicker;

/** A page about one device, which is chosen at its head; the address says which. */
export function WithDevice({ title, lead, children }: { title: string; lead: string; children: (device: Device) => ComponentChildren }) {
  const devices = useDevices();
  const chosen = devices.data && chosenOf(devices.data, place.value.query.get("device"));
  return (
    <Page
      title={title}
      wide
      lead={lead}
      actions={
        devices.data !== undefined &&
        devices.data.length > 0 && <DevicePicker devices={devices.data} chosen={chosen} onChosen={({ id }) => setQuery({ device: id })} />
      }
    >
      <Shown query={devices}>
        {(all) => {
          if (chosen) return children(chosen);
          return <Empty icon="device" title={all.length > 0 ? text.choose : text.noDevices} />;
        }}
      </Shown>
    </Page>
  );
}

/** The device in the address; without one the first that is connected. */
function chosenOf(devices: readonly Device[], id: string | null): Device | undefined {
  if (id !== null) return devices.find((device) => device.id === id);
  const sorted = [...devices].sort(byName);
  return sorted.find(({ status }) => status === "connected") ?? sorted[0];
}

import type { Device } from "../../api/types";
import { DevicePicker } from "../../fleet/DevicePicker";
import { useHere } from "../../layout/project";
import { place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { byName } from "../devices/fleet";
import { useDevices } from "../devices/useDevices";
import { Page } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { Commands } from "./Commands";
import { CommandForms } from "./CommandForms";
import { LogView } from "./LogView";
import { useCommands } from "./useCommands";

const text = strings.console;

/** Sends commands to a device, and shows what it says. */
export function Console() {
  const devices = useDevices();
  const chosen = devices.data && chosenOf(devices.data, place.value.query.get("device"));
  return (
    <Page
      title={text.title}
      wide
      {...(!devices.data?.length && { lead: text.lead })}
      actions={
        devices.data !== undefined &&
        devices.data.length > 0 && <DevicePicker devices={devices.data} chosen={chosen} onChosen={({ id }) => setQuery({ device: id })} />
      }
    >
      <Shown query={devices}>
        {(all) => {
          if (chosen) return <OfDevice key={chosen.id} device={chosen} />;
          return all.length > 0 ? (
            <Empty icon="console" title={text.choose} />
          ) : (
            <Empty icon="device" title={text.noDevices}>
              {text.noDevicesWhy}
            </Empty>
          );
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

function OfDevice({ device }: { device: Device }) {
  const { may } = useHere();
  const commands = useCommands(device.id);
  return (
    <div class="console">
      <div class="console-side">
        {may("command") ? <CommandForms device={device} onSent={commands.put} /> : <p class="note">{text.onlyLook}</p>}
        <Commands commands={commands} device={device} />
      </div>
      <LogView device={device} commands={commands.list ?? []} />
    </div>
  );
}

import type { Device } from "../../api/types";
import { DevicePicker } from "../../fleet/DevicePicker";
import { byName, useDevices } from "../../fleet/devices";
import { useHere } from "../../layout/project";
import { place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { Page } from "../../ui/Page";
import { Empty, Failure, Loading } from "../../ui/states";
import { Commands } from "./Commands";
import { CommandForms } from "./CommandForms";
import { LogView } from "./LogView";
import { useCommands } from "./useCommands";

const text = strings.console;

/** Sends commands to a device, and shows what it says. */
export function Console() {
  const { all, error, read } = useConsoleDevices();
  if (!all) {
    return (
      <Page title={text.title} lead={text.lead}>
        {error ? <Failure error={error} retry={read} /> : <Loading />}
      </Page>
    );
  }
  if (all.size === 0) {
    return (
      <Page title={text.title} lead={text.lead}>
        <Empty icon="device" title={text.noDevices}>
          {text.noDevicesWhy}
        </Empty>
      </Page>
    );
  }
  const device = chosenOf(all, place.value.query.get("device"));
  return (
    <Page title={text.title} wide actions={<DevicePicker devices={all} chosen={device} onChosen={({ id }) => setQuery({ device: id })} />}>
      {device ? <OfDevice key={device.id} device={device} /> : <Empty icon="console" title={text.choose} />}
    </Page>
  );
}

function useConsoleDevices() {
  const devices = useDevices();
  return { all: devices.all.value, error: devices.error.value, read: () => void devices.read() };
}

/** The device in the address; without one the first that is connected. */
function chosenOf(devices: ReadonlyMap<string, Device>, id: string | null): Device | undefined {
  if (id !== null) return devices.get(id);
  const sorted = [...devices.values()].sort(byName);
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

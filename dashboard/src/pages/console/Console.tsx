import type { Device } from "../../api/types";
import { WithDevice } from "../../fleet/WithDevice";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Commands } from "./Commands";
import { CommandForms } from "./CommandForms";
import { LogView } from "./LogView";
import { useCommands } from "./useCommands";

const text = strings.console;

/** Sends commands to a device, and shows what it says. */
export function Console() {
  return (
    <WithDevice title={text.title} lead={text.lead}>
      {(device) => <OfDevice key={device.id} device={device} />}
    </WithDevice>
  );
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

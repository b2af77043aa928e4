import { useState } from "preact/hooks";
import type { Device } from "../../api/types";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Page";
import { Empty, Problem } from "../../ui/states";
import { Screen, type ShellEnding } from "./Screen";

const text = strings.remote.shell;

/** A shell on the device; opened when somebody asks for it, since it is noted in the audit log. */
export function Shell({ device }: { device: Device }) {
  const [session, setSession] = useState(0);
  const [ended, setEnded] = useState<ShellEnding>();
  const isOpen = session > 0 && ended === undefined;
  const open = (
    <Button
      look="primary"
      icon="terminal"
      onClick={() => {
        setEnded(undefined);
        setSession(session + 1);
      }}
    >
      {text.open(device.name)}
    </Button>
  );
  return (
    <Card>
      {ended && (
        <div class="toolbar">
          {ended.regular ? <p class="note">{ended.words}</p> : <Problem text={ended.words} />}
          {open}
        </div>
      )}
      {session > 0 && <Screen key={session} device={device} onEnded={setEnded} />}
      {!isOpen && ended === undefined && (
        <Empty icon="terminal" title={text.title(device.name)} action={open}>
          {text.lead}
        </Empty>
      )}
    </Card>
  );
}

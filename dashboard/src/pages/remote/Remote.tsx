import type { ComponentType } from "preact";
import type { Device } from "../../api/types";
import { WithDevice } from "../../fleet/WithDevice";
import { useHere } from "../../layout/project";
import { place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { Empty } from "../../ui/states";
import { Files } from "./Files";
import { LogTail } from "./LogTail";
import { Shell } from "./Shell";

const text = strings.remote;

const TOOLS: Record<string, { name: string; Tool: ComponentType<{ device: Device }> }> = {
  shell: { name: text.shell.name, Tool: Shell },
  logs: { name: text.logs.name, Tool: LogTail },
  files: { name: text.files.name, Tool: Files },
};

/** Shell, logs and files of a device, over its own connection. */
export function Remote() {
  const { may } = useHere();
  const chosen = place.value.query.get("tool") ?? "shell";
  const tool = TOOLS[chosen] ?? { name: text.shell.name, Tool: Shell };
  return (
    <WithDevice title={text.title} lead={text.lead}>
      {(device) =>
        may("remote") ? (
          <>
            <div class="toolbar">
              <div class="log-kinds" role="group" aria-label={text.tools}>
                {Object.entries(TOOLS).map(([id, { name }]) => (
                  <button key={id} type="button" aria-pressed={tool.name === name} onClick={() => setQuery({ tool: id })}>
                    {name}
                  </button>
                ))}
              </div>
            </div>
            <tool.Tool key={device.id} device={device} />
          </>
        ) : (
          <Empty icon="terminal" title={text.operatorsOnly}>
            {text.operatorsOnlyWhy}
          </Empty>
        )
      }
    </WithDevice>
  );
}

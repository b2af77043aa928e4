import { useEffect, useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Command, CommandState, Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button, ButtonLink } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { JsonView } from "../../ui/JsonView";
import { Card } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { Time } from "../../ui/Time";
import { tell, tellProblem } from "../../ui/toasts";
import { useAction } from "../../ui/useAction";
import { useQuery } from "../../ui/useQuery";

const text = strings.deviceCommands;
const AT_ONCE = 20;

const LOOK: Record<CommandState, string> = {
  queued: "badge",
  sent: "badge badge-accent",
  delivered: "badge badge-accent",
  succeeded: "badge badge-good",
  failed: "badge badge-bad",
  expired: "badge badge-warn",
  cancelled: "badge",
};

/** The device's commands with what became of them, as it happens. */
export function DeviceCommands({ device }: { device: Device }) {
  const { project, stream } = useHere();
  const path = `project/${project.id}/device/${device.id}/command`;
  const query = useQuery(path, async (signal) => (await http.get<{ commands: Command[] }>(path, { limit: AT_ONCE }, signal)).commands);
  const { data, put, reload } = query;
  useEffect(() => stream.subscribe({ kinds: ["command"], devices: [device.id] }, { events: reload }), [device.id, stream]); // eslint-disable-line react-hooks/exhaustive-deps
  const more = useAction(async () => {
    const { commands } = await http.get<{ commands: Command[] }>(path, { limit: AT_ONCE, before: data?.at(-1)?.id });
    put([...(data ?? []), ...commands]);
  });
  const console = <ButtonLink to={`/projects/${project.id}/console?device=${device.id}`} icon="send">{strings.device.console}</ButtonLink>;
  return (
    <Card actions={data?.length ? console : undefined}>
      <Shown query={query} lines={6}>
        {(commands) =>
          commands.length === 0 ? (
            <Empty icon="send" title={text.none} action={console}>
              {text.noneWhy}
            </Empty>
          ) : (
            <>
              <ul class="message-list" aria-label={text.list}>
                {commands.map((command) => (
                  <CommandLine key={command.id} command={command} path={path} />
                ))}
              </ul>
              {commands.length % AT_ONCE === 0 && (
                <Button busy={more.busy} onClick={() => void more.run()}>
                  {text.more}
                </Button>
              )}
            </>
          )
        }
      </Shown>
    </Card>
  );
}

function CommandLine({ command, path }: { command: Command; path: string }) {
  const { may } = useHere();
  const [open, setOpen] = useState(false);
  const isOpenEnded = ["queued", "sent"].includes(command.state);
  const cancel = () =>
    void http
      .delete(`${path}/${command.id}`)
      .then(() => tell(text.cancelled))
      .catch(tellProblem);
  return (
    <li class="message">
      <button type="button" class="message-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={14} />
        <strong>{command.cmd_type}</strong>
        <span class={LOOK[command.state]}>{text.states[command.state]}</span>
        <code class="message-text">{command.error_detail ?? JSON.stringify(command.command)}</code>
        <span class="faint small">
          <Time at={command.created} />
        </span>
      </button>
      {open && (
        <div class="message-whole">
          {isOpenEnded && may("command") && (
            <Button small onClick={cancel}>
              {text.cancel}
            </Button>
          )}
          <h3 class="small">{text.sent}</h3>
          <JsonView value={command.command} />
          {command.error_detail !== undefined && (
            <>
              <h3 class="small">{text.error}</h3>
              <p>{command.error_detail}</p>
            </>
          )}
          {command.result !== undefined && (
            <>
              <h3 class="small">{text.result}</h3>
              <JsonView value={command.result} />
            </>
          )}
        </div>
      )}
    </li>
  );
}

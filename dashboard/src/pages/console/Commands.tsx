import { http } from "../../api/http";
import type { Command, CommandState, Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { JsonView } from "../../ui/JsonView";
import { Card } from "../../ui/Page";
import { Failure, Loading } from "../../ui/states";
import { Status, type Tone } from "../../ui/Status";
import { Time } from "../../ui/Time";
import { tellProblem } from "../../ui/toasts";
import type { RecentCommands } from "./useCommands";

const text = strings.console;

const TONES: Record<CommandState, Tone> = {
  queued: "busy",
  sent: "busy",
  delivered: "busy",
  succeeded: "good",
  failed: "bad",
  expired: "warn",
  cancelled: "idle",
};

export function CommandStatus({ state }: { state: CommandState }) {
  return (
    <Status tone={TONES[state]} title={text.stateMeans[state]}>
      {text.states[state]}
    </Status>
  );
}

/** What was sent to the device last, and what became of it. */
export function Commands({ commands, device }: { commands: RecentCommands; device: Device }) {
  const { project, may } = useHere();
  const cancel = async (command: Command) =>
    commands.put(await http.delete<Command>(`project/${project.id}/device/${device.id}/command/${command.id}`));
  return (
    <Card title={text.sent}>
      {commands.list === undefined && (commands.error ? <Failure error={commands.error} /> : <Loading lines={2} />)}
      {commands.list?.length === 0 && <p class="soft">{text.noneSent}</p>}
      {commands.list && commands.list.length > 0 && (
        <ul class="sent">
          {commands.list.map((command) => (
            <li key={command.id}>
              <details>
                <summary>
                  <span class="mono clip">{command.cmd_type}</span>
                  <CommandStatus state={command.state} />
                  <span class="soft small">
                    <Time at={command.created} />
                  </span>
                </summary>
                <div class="sent-more">
                  <p class="small">{text.stateMeans[command.state]}</p>
                  {command.error_detail && <p class="small sent-problem">{command.error_detail}</p>}
                  <JsonView value={command.command} />
                  {command.result !== undefined && command.result !== null && (
                    <>
                      <p class="form-legend">{text.result}</p>
                      <JsonView value={command.result} />
                    </>
                  )}
                  {may("command") && (command.state === "queued" || command.state === "sent") && (
                    <Button small icon="close" onClick={() => void cancel(command).catch(tellProblem)}>
                      {text.cancelCommand}
                    </Button>
                  )}
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

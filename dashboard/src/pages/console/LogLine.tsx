import { useState } from "preact/hooks";
import type { Json, Message } from "../../api/types";
import { strings } from "../../strings.en";
import { CopyButton } from "../../ui/CopyButton";
import { JsonView } from "../../ui/JsonView";
import { clockTime, exactly, moment } from "../../ui/time";
import { CommandStatus } from "./Commands";
import type { Entry } from "./logBook";

const text = strings.log;

/** A line of the log; a click shows its JSON in full. */
export function LogLine({ entry, typeOf }: { entry: Entry; typeOf: (command: string) => string }) {
  const [open, setOpen] = useState(false);
  const at = moment(entry.at);
  return (
    <div class={`line line-${entry.is === "command" ? "command" : entry.message.type}`}>
      <button type="button" class="line-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <time dateTime={at.toISOString()} title={exactly(at)}>
          {clockTime(at)}
        </time>
        {entry.is === "command" ? <CommandHead entry={entry} type={typeOf(entry.command)} /> : <MessageHead message={entry.message} />}
      </button>
      {open && (
        <div class="line-body">
          <JsonView value={jsonOf(entry)} />
          <CopyButton text={JSON.stringify(jsonOf(entry), null, 2)} />
        </div>
      )}
    </div>
  );
}

function MessageHead({ message }: { message: Message }) {
  const presence = message.type === "iottlyagent" ? message.payload.connectionstatus : undefined;
  return (
    <>
      <span class="line-kind">{text.kinds[message.type]}</span>
      {message.channel !== undefined && <span class="tag">{message.channel}</span>}
      {typeof presence === "string" ? (
        <span class={`line-presence line-${presence}`}>{presence}</span>
      ) : (
        <code class="clip">{JSON.stringify(message.payload)}</code>
      )}
    </>
  );
}

function CommandHead({ entry, type }: { entry: Extract<Entry, { is: "command" }>; type: string }) {
  const outcome = entry.problem ?? (entry.result === undefined || entry.result === null ? "" : JSON.stringify(entry.result));
  return (
    <>
      <span class="line-kind">{text.command}</span>
      <code>{type}</code>
      <CommandStatus state={entry.state} />
      <code class="clip">{outcome}</code>
    </>
  );
}

function jsonOf(entry: Entry): Json {
  if (entry.is === "message") return { ...entry.message };
  return {
    command: entry.command,
    timestamp: entry.at,
    state: entry.state,
    ...(entry.problem !== undefined && { error_detail: entry.problem }),
    ...(entry.result !== undefined && { result: entry.result }),
  };
}

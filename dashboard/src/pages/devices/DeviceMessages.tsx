import { useEffect, useState } from "preact/hooks";
import { ApiError, http, url } from "../../api/http";
import type { Device, Message } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Icon } from "../../ui/Icon";
import { JsonView } from "../../ui/JsonView";
import { Card } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { clockTime, exactly, moment } from "../../ui/time";
import { useAction } from "../../ui/useAction";
import { useQuery } from "../../ui/useQuery";
import { Choice } from "./Choice";

const text = strings.deviceMessages;
const AT_ONCE = 50;
const MOST_LIVE = 500;

type Which = "all" | "userdefined" | "iottlyagent";

interface Known {
  messages: Message[];
  cursor: string | undefined;
}

/** What the device sent, newest first, new ones on top as they arrive, older ones on request. */
export function DeviceMessages({ device }: { device: Device }) {
  const { project } = useHere();
  const [which, setWhich] = useState<Which>("all");
  const path = `project/${project.id}/device/${device.id}/messages/paginated`;
  return (
    <Card
      lead={text.live}
      actions={
        <>
          <Choice
            label={text.show}
            value={which}
            options={[
              ["all", text.all],
              ["userdefined", text.user],
              ["iottlyagent", text.agent],
            ]}
            onValue={setWhich}
          />
          <CopyButton label={text.copyCurl} small={false} text={curlOf(path, which)} />
        </>
      }
    >
      <MessageList key={which} device={device} which={which} path={path} />
    </Card>
  );
}

function curlOf(path: string, which: Which): string {
  return `curl -H "Authentication: bearer $IOTTLY_API_KEY" "${location.origin}${url(path, { l: AT_ONCE, type: which })}"`;
}

function MessageList({ device, which, path }: { device: Device; which: Which; path: string }) {
  const { stream } = useHere();
  const first = useQuery(path + which, (signal) => read(path, which, undefined, signal));
  const [older, setOlder] = useState<Known>();
  const [newer, setNewer] = useState<Message[]>([]);
  const isKnown = first.data !== undefined;
  useEffect(() => {
    if (!isKnown) return;
    return stream.subscribe(
      { kinds: ["message"], devices: [device.id], ...(which !== "all" && { type: which }) },
      {
        events: (events) => {
          const messages = events.flatMap((event) => (event.kind === "message" ? event.message : []));
          setNewer((before) => [...messages.reverse(), ...before].slice(0, MOST_LIVE));
        },
      },
    );
  }, [isKnown, device.id, which, stream]);
  const cursor = older ? older.cursor : first.data?.cursor;
  const more = useAction(async () => {
    const next = await read(path, which, cursor);
    setOlder((before) => ({ messages: [...(before?.messages ?? []), ...next.messages], cursor: next.cursor }));
  });
  return (
    <Shown query={first} lines={8}>
      {({ messages }) => {
        const all = [...newer, ...messages, ...(older?.messages ?? [])];
        if (all.length === 0) {
          return (
            <Empty icon="message" title={text.none}>
              {text.noneWhy}
            </Empty>
          );
        }
        return (
          <>
            <ul class="message-list" aria-label={text.list}>
              {all.map((message, i) => (
                <MessageLine key={all.length - i} message={message} />
              ))}
            </ul>
            {cursor === undefined ? (
              <p class="faint small">{text.end}</p>
            ) : (
              <Button busy={more.busy} onClick={() => void more.run()}>
                {text.more}
              </Button>
            )}
          </>
        );
      }}
    </Shown>
  );
}

async function read(path: string, type: Which, cursor?: string, signal?: AbortSignal): Promise<Known> {
  try {
    const answer = await http.get<{ messages: Message[]; more: boolean; cursor?: string }>(path, { l: AT_ONCE, type, cursor }, signal);
    return { messages: answer.messages, cursor: answer.more ? answer.cursor : undefined };
  } catch (error) {
    // The original API says so when there are none.
    if (error instanceof ApiError && error.code === "no_messages") return { messages: [], cursor: undefined };
    throw error;
  }
}

/** One line, which opens to all of it. */
function MessageLine({ message }: { message: Message }) {
  const [open, setOpen] = useState(false);
  const then = moment(message.timestamp);
  const today = then.toDateString() === new Date().toDateString();
  return (
    <li class="message">
      <button type="button" class="message-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={14} />
        <time dateTime={then.toISOString()} title={exactly(then)}>
          {!today && `${then.toLocaleDateString("en", { month: "short", day: "numeric" })} `}
          {clockTime(then)}
        </time>
        {message.channel !== undefined && <span class="badge badge-accent">{message.channel}</span>}
        <code class="message-text">{JSON.stringify(message.payload)}</code>
      </button>
      {open && (
        <div class="message-whole">
          <div class="message-tools">
            <span class="faint small">
              {text.deviceTime}: {exactly(moment(message.devicetimestamp)).split("\n")[0]}
            </span>
            <CopyButton text={JSON.stringify(message.payload, null, 2)} />
          </div>
          <JsonView value={message.payload} />
        </div>
      )}
    </li>
  );
}

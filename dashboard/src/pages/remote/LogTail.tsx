import { useEffect, useRef, useState } from "preact/hooks";
import type { Device, JsonObject } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { problemOf, type Channel } from "../../stream/channels";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/fields";
import { Card } from "../../ui/Page";
import { Problem } from "../../ui/states";
import { withText, type Tail } from "./tail";

const text = strings.remote.logs;

type Source = "own" | "file" | "unit";

const SOURCES: readonly (readonly [Source, string])[] = [
  ["own", text.sources.own],
  ["file", text.sources.file],
  ["unit", text.sources.unit],
];

/** The end of a log on the device, and what is added to it. */
export function LogTail({ device }: { device: Device }) {
  const { stream } = useHere();
  const [source, setSource] = useState<Source>("own");
  const [name, setName] = useState("");
  const [lines, setLines] = useState("100");
  const [grep, setGrep] = useState("");
  const [tail, setTail] = useState<Tail>({ lines: [], rest: "" });
  const [problem, setProblem] = useState<string>();
  const [channel, setChannel] = useState<Channel>();
  const latest = useRef<Channel | undefined>(undefined);
  latest.current = channel;

  useEffect(() => () => latest.current && stream.channels.close(latest.current), [stream]);

  const stop = () => {
    if (channel) stream.channels.close(channel);
    setChannel(undefined);
  };
  const start = () => {
    stop();
    setTail({ lines: [], rest: "" });
    setProblem(undefined);
    const given: JsonObject = { lines: Number(lines), follow: true, ...(source !== "own" && { [source]: name.trim() }), ...(grep !== "" && { grep }) };
    const decoder = new TextDecoder();
    setChannel(
      stream.channels.to(device.id, "logs", given, {
        opened: () => undefined,
        data: (bytes) => {
          const added = decoder.decode(bytes, { stream: true });
          setTail((before) => withText(before, added));
        },
        closed: (ending) => {
          setChannel(undefined);
          setProblem(problemOf(ending));
        },
      }),
    );
  };

  return (
    <Card title={text.title(device.name)} lead={text.lead}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <div class="form-line tail-line">
          <SelectField label={text.source} value={source} options={SOURCES} onValue={(value) => setSource(value)} />
          {source !== "own" && <TextField label={text.sources[source]} value={name} onValue={setName} required autocomplete="off" placeholder={text.examples[source]} />}
          <TextField label={text.lines} type="number" min={0} max={10000} value={lines} onValue={setLines} required />
          <TextField label={text.grep} value={grep} onValue={setGrep} maxLength={256} autocomplete="off" />
          {/* Two buttons: one that became the other during its click would send the form. */}
          {channel ? (
            <Button key="stop" icon="pause" onClick={stop}>
              {text.stop}
            </Button>
          ) : (
            <Button key="start" type="submit" look="primary" icon="play">
              {text.start}
            </Button>
          )}
        </div>
      </form>
      <Problem text={problem} />
      <Lines lines={tail.lines} follows={channel !== undefined} />
    </Card>
  );
}

function Lines({ lines, follows }: { lines: readonly string[]; follows: boolean }) {
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element && element.scrollHeight - element.scrollTop - element.clientHeight < 200) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <pre class="tail" ref={place} tabIndex={0} role="log" aria-label={text.name}>
      {lines.length === 0 ? (follows ? text.waiting : text.nothing) : lines.join("\n")}
    </pre>
  );
}

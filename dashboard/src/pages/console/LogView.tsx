import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { url } from "../../api/http";
import type { Command, Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { SearchField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { Problem } from "../../ui/states";
import { curl } from "./curl";
import { LogLine } from "./LogLine";
import { passes, type Kind } from "./logBook";
import { useLog, type Log } from "./useLog";

const text = strings.log;
const KINDS: readonly Kind[] = ["all", "userdefined", "iottlyagent", "command"];

/** What a device says and what becomes of its commands, as it happens, with the past before it. */
export function LogView({ device, commands }: { device: Device; commands: readonly Command[] }) {
  const { project } = useHere();
  const log = useLog(device.id);
  const [kind, setKind] = useState<Kind>("all");
  const [search, setSearch] = useState("");
  const typeOf = (id: string) => commands.find((command) => command.id === id)?.cmd_type ?? id;
  const entries = log.book.entries.filter((entry) => passes(entry, kind, search));
  const address = location.origin + url(`project/${project.id}/device/${device.id}/messages/paginated`, { l: 50, type: kind === "command" ? "all" : kind });

  return (
    <section class="card log" aria-label={text.title}>
      <header class="log-head">
        <h2>{text.title}</h2>
        <LogButtons log={log} />
        <div class="toolbar log-tools">
          <SearchField label={text.search} value={search} onValue={setSearch} />
          <div class="log-kinds" role="group" aria-label={text.kind}>
            {KINDS.map((each) => (
              <button key={each} type="button" aria-pressed={kind === each} onClick={() => setKind(each)}>
                {text.kinds[each]}
              </button>
            ))}
          </div>
          <CopyButton text={curl(address)} label={strings.console.asCurl} />
        </div>
      </header>
      <Problem text={log.problem} />
      <Lines log={log} filtered={search !== "" || kind !== "all"}>
        {entries.map((entry) => (
          <LogLine key={entry.number} entry={entry} typeOf={typeOf} />
        ))}
      </Lines>
    </section>
  );
}

function LogButtons({ log: { book, pause, resume, clear } }: { log: Log }) {
  return (
    <div class="toolbar">
      {book.aside ? (
        <Button small icon="play" onClick={resume}>
          {text.resume(book.aside.length)}
        </Button>
      ) : (
        <Button small icon="pause" onClick={pause}>
          {text.pause}
        </Button>
      )}
      <Button small icon="close" onClick={clear} title={text.clearMeans}>
        {text.clear}
      </Button>
    </div>
  );
}

/** The newest line is at the end and stays in view, unless somebody has scrolled up to read. */
function Lines({ log, filtered, children }: { log: Log; filtered: boolean; children: ComponentChildren[] }) {
  const lines = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const oldest = log.book.entries[0]?.number;
  const before = useRef({ oldest, height: 0 });

  useLayoutEffect(() => {
    const element = lines.current;
    if (!element) return;
    if (follows) element.scrollTop = element.scrollHeight;
    // Older lines were put before what is being read: it stays where it is.
    else if (before.current.oldest !== oldest && log.book.dropped === 0) element.scrollTop += element.scrollHeight - before.current.height;
    before.current = { oldest, height: element.scrollHeight };
  });

  useEffect(() => {
    const element = lines.current;
    if (!element) return;
    const look = () => setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, []);

  return (
    <div class="log-place">
      <div class="log-lines" ref={lines} tabIndex={0} role="log" aria-label={text.lines}>
        {log.more && (
          <div class="log-older">
            <Button small icon="history" busy={log.reading} onClick={log.older}>
              {text.older}
            </Button>
          </div>
        )}
        {log.book.dropped > 0 && <p class="log-note">{text.dropped(log.book.dropped)}</p>}
        {children.length === 0 && !log.reading && <p class="log-note">{filtered ? text.nothingFound : text.nothing}</p>}
        {children}
      </div>
      {!follows && (
        <button
          type="button"
          class="log-newest"
          onClick={() => {
            setFollows(true);
          }}
        >
          <Icon name="down" size={16} />
          {text.newest}
        </button>
      )}
    </div>
  );
}

import { useState } from "preact/hooks";
import { http } from "../../api/http";
import type { AuditEntry } from "../../api/types";
import { useHere } from "../../layout/project";
import { place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { SearchField } from "../../ui/fields";
import { Page } from "../../ui/Page";
import { Empty, Problem, Shown } from "../../ui/states";
import { Time } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { useQuery } from "../../ui/useQuery";

const text = strings.audit;

interface AuditPage {
  entries: AuditEntry[];
  more: boolean;
  cursor?: string;
}

/** Who changed what in the project, when and from where. */
export function Audit() {
  const { project, may } = useHere();
  if (!may("manage")) {
    return (
      <Page title={text.title}>
        <Empty icon="audit" title={text.ownersOnly}>
          {text.ownersOnlyWhy}
        </Empty>
      </Page>
    );
  }
  const { query } = place.value;
  const actor = query.get("actor") ?? "";
  const action = query.get("action") ?? "";
  return (
    <Page title={text.title} lead={text.lead}>
      <Filter key={`${actor} ${action}`} actor={actor} action={action} />
      <Entries key={`of ${actor} ${action}`} path={`project/${project.id}/audit`} actor={actor} action={action} />
    </Page>
  );
}

function Filter(given: { actor: string; action: string }) {
  const [actor, setActor] = useState(given.actor);
  const [action, setAction] = useState(given.action);
  return (
    <form
      class="toolbar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        setQuery({ actor: actor.trim(), action: action.trim() });
      }}
    >
      <SearchField label={text.who} value={actor} onValue={setActor} />
      <SearchField label={text.what} value={action} onValue={setAction} />
      <Button type="submit">{text.filter}</Button>
    </form>
  );
}

function Entries({ path, actor, action }: { path: string; actor: string; action: string }) {
  const first = useQuery(path, (signal) => http.get<AuditPage>(path, { actor, action, limit: 50 }, signal));
  return (
    <Shown query={first}>
      {(page) =>
        page.entries.length === 0 ? (
          <Empty icon="search" title={text.none}>
            {text.noneWhy}
          </Empty>
        ) : (
          <Listing first={page} read={(cursor) => http.get<AuditPage>(path, { actor, action, limit: 50, cursor })} />
        )
      }
    </Shown>
  );
}

function Listing({ first, read }: { first: AuditPage; read: (cursor: string) => Promise<AuditPage> }) {
  const [rest, setRest] = useState<AuditPage[]>([]);
  const last = rest.at(-1) ?? first;
  const more = useAction(async (cursor: string) => {
    const page = await read(cursor);
    setRest([...rest, page]);
  });
  return (
    <>
      <ol class="card audit">
        {[first, ...rest].flatMap(({ entries }) => entries).map((entry, i) => (
          <li key={i} class="audit-entry">
            <span class="soft small nowrap">
              <Time at={entry.moment} />
            </span>
            <div>
              <p>
                <strong>{entry.actor || text.kinds[entry.actor_kind]}</strong> <span class="badge">{entry.action}</span> {entry.target}
              </p>
              <p class="soft small">
                {[entry.actor && text.kinds[entry.actor_kind], entry.address, entry.detail].filter(Boolean).join(" · ")}
              </p>
            </div>
          </li>
        ))}
      </ol>
      <Problem text={more.error} />
      {last.more && last.cursor !== undefined && (
        <div>
          <Button busy={more.busy} onClick={() => void more.run(last.cursor ?? "")}>
            {strings.common.more}
          </Button>
        </div>
      )}
    </>
  );
}

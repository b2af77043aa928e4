import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { ApiKey, Scope } from "../../../api/types";
import { useHere } from "../../../layout/project";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Confirm } from "../../../ui/Confirm";
import { TextField } from "../../../ui/fields";
import { Card, Page } from "../../../ui/Page";
import { Empty, Problem, Shown } from "../../../ui/states";
import { Time } from "../../../ui/Time";
import { tell } from "../../../ui/toasts";
import { useAction } from "../../../ui/useAction";
import { useQuery } from "../../../ui/useQuery";
import { EXPIRIES, expiryOf, type Expiry } from "./expiry";
import { KeyOptions } from "./KeyOptions";
import { NewKey, type CreatedKey } from "./NewKey";

const text = strings.keys;

/** Review, create and delete the project's API keys. */
export function Keys() {
  const { project } = useHere();
  const keys = useQuery(`keys of ${project.id}`, (signal) => http.get<{ keys: ApiKey[] }>(`project/${project.id}/keys`, {}, signal));
  const [created, setCreated] = useState<CreatedKey>();
  const [deleting, setDeleting] = useState<ApiKey>();
  return (
    <Page title={text.title} lead={text.lead}>
      <CreateKey
        onCreated={(key) => {
          setCreated(key);
          keys.reload();
        }}
      />
      <Card title={text.existing}>
        <Shown query={keys}>
          {(answer) =>
            answer.keys.length === 0 ? (
              <Empty icon="key" title={text.none}>
                {text.noneWhy}
              </Empty>
            ) : (
              <ul class="rows">
                {answer.keys.map((key) => (
                  <KeyRow key={key.id} apiKey={key} onDelete={() => setDeleting(key)} />
                ))}
              </ul>
            )
          }
        </Shown>
      </Card>
      {created && <NewKey apiKey={created} project={project.id} onClose={() => setCreated(undefined)} />}
      {deleting && (
        <Confirm
          title={text.deleteTitle(deleting.description)}
          deed={text.delete}
          act={async () => {
            await http.delete(`project/${project.id}/keys/${deleting.id}`);
            keys.put({ keys: (keys.data?.keys ?? []).filter(({ id }) => id !== deleting.id) });
            tell(text.deleted(deleting.description));
          }}
          onClose={() => setDeleting(undefined)}
        >
          <p>{text.deleteWhy}</p>
        </Confirm>
      )}
    </Page>
  );
}

function KeyRow({ apiKey, onDelete }: { apiKey: ApiKey; onDelete: () => void }) {
  const expired = apiKey.expires !== null && new Date(apiKey.expires) < new Date();
  return (
    <li class="row">
      <div class="row-main">
        <strong>{apiKey.description}</strong>
        <p class="row-tags">
          {apiKey.scopes.map((scope) => (
            <span key={scope} class={scope === "manage" || scope === "remote" ? "badge badge-warn" : "badge"} title={text.scopes[scope]}>
              {scope}
            </span>
          ))}
          {expired && <span class="badge badge-bad">{text.expired}</span>}
        </p>
        <p>
          {text.created} <Time at={apiKey.created} /> · {text.lastUsed}{" "}
          {apiKey.last_used === null ? strings.common.never : <Time at={apiKey.last_used} />}
          {apiKey.expires !== null && (
            <>
              {" "}
              · {expired ? text.expired : text.expires} <Time at={apiKey.expires} />
            </>
          )}
        </p>
      </div>
      <Button small icon="remove" onClick={onDelete} aria-label={text.deleteOf(apiKey.description)}>
        {strings.common.delete}
      </Button>
    </li>
  );
}

function CreateKey({ onCreated }: { onCreated: (key: CreatedKey) => void }) {
  const { project } = useHere();
  const [description, setDescription] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["provision", "read", "command"]);
  const [expiry, setExpiry] = useState<Expiry>("never");
  const action = useAction(async () => {
    const expires = expiryOf(expiry, new Date());
    onCreated(await http.post<CreatedKey>(`project/${project.id}/keys`, { description: description.trim(), scopes, ...(expires && { expires }) }));
    setDescription("");
  });
  return (
    <Card title={text.add}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <div class="form-line">
          <TextField label={text.description} hint={text.descriptionHint} value={description} onValue={setDescription} required maxLength={200} autocomplete="off" />
          <Button type="submit" look="primary" icon="key" busy={action.busy} disabled={scopes.length === 0}>
            {text.create}
          </Button>
        </div>
        <KeyOptions scopes={scopes} onScopes={setScopes} expiry={expiry} onExpiry={(value) => setExpiry(value)} expiries={EXPIRIES} />
        <Problem text={action.error} />
      </form>
    </Card>
  );
}

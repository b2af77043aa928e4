import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { Webhook } from "../../../api/types";
import { useHere } from "../../../layout/project";
import { Link } from "../../../router/Link";
import { go } from "../../../router/router";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Confirm } from "../../../ui/Confirm";
import { Icon } from "../../../ui/Icon";
import { Menu } from "../../../ui/Menu";
import { Card, Page } from "../../../ui/Page";
import { Shown } from "../../../ui/states";
import { tell, tellProblem } from "../../../ui/toasts";
import { useQuery, type Query } from "../../../ui/useQuery";
import { Deliveries } from "./Deliveries";
import { DeadLetters } from "./DeadLetters";
import { Health } from "./Health";
import { NewSecret } from "./NewSecret";
import { ReplayDialog } from "./ReplayDialog";
import { Test } from "./Test";
import { WebhookDialog } from "./WebhookDialog";

const text = strings.webhooks;

/** One webhook: how it is, what it sent, and what can be done about it. */
export function WebhookPage({ webhook }: { webhook: string }) {
  const { project } = useHere();
  const path = `project/${project.id}/webhooks/${webhook}`;
  const query = useQuery(path, (signal) => http.get<Webhook>(path, {}, signal));
  return (
    <Page
      title={query.data?.description ?? text.title}
      lead={
        <Link to={`/projects/${project.id}/settings/webhooks`} class="back">
          {text.all}
        </Link>
      }
    >
      <Shown query={query}>{(known) => <Known webhook={known} query={query} path={path} />}</Shown>
    </Page>
  );
}

type Doing = "edit" | "secret" | "replay" | "delete" | undefined;

function Known({ webhook, query, path }: { webhook: Webhook; query: Query<Webhook>; path: string }) {
  const { project } = useHere();
  const [doing, setDoing] = useState<Doing>();
  const [secret, setSecret] = useState<Webhook>();
  const [sent, setSent] = useState(0);
  const done = () => setDoing(undefined);
  const change = async (call: string, said: string) => {
    query.put(await http.post<Webhook>(`${path}/${call}`));
    tell(said);
  };
  const toggle = () => (webhook.state === "active" ? change("pause", text.pausedNow) : change("resume", text.resumedNow));
  const again = () => {
    query.reload();
    setSent((n) => n + 1);
  };

  return (
    <>
      <Card
        actions={
          <>
            <Button icon={webhook.state === "active" ? "pause" : "play"} onClick={() => void toggle().catch(tellProblem)}>
              {webhook.state === "active" ? text.pause : text.resume}
            </Button>
            <Button icon="edit" onClick={() => setDoing("edit")}>
              {strings.common.edit}
            </Button>
            <Menu
              label={text.more}
              face={
                <span class="button button-icon">
                  <Icon name="more" />
                </span>
              }
              items={[
                { text: text.replay, icon: "history", act: () => setDoing("replay") },
                { text: text.rotate, icon: "key", act: () => setDoing("secret") },
                { text: text.delete, icon: "remove", danger: true, act: () => setDoing("delete") },
              ]}
            />
          </>
        }
      >
        <Health webhook={webhook} />
        {webhook.reason !== null && <p class="note note-warn">{webhook.reason}</p>}
        <Facts webhook={webhook} />
        <Test path={path} onSent={again} />
      </Card>
      <Deliveries key={`d${sent}`} path={path} onSent={again} />
      {webhook.dead_letters > 0 && <DeadLetters key={`l${sent}`} path={path} onSent={again} />}
      {doing === "edit" && (
        <WebhookDialog
          webhook={webhook}
          onClose={done}
          onSave={async (body) => {
            query.put(await http.put<Webhook>(path, body));
            done();
            tell(strings.common.saved);
          }}
        />
      )}
      {doing === "replay" && <ReplayDialog path={path} onClose={done} onDone={query.put} />}
      {doing === "secret" && (
        <Confirm title={text.rotateTitle} deed={text.rotate} act={async () => setSecret(await http.post<Webhook>(`${path}/secret`))} onClose={done}>
          <p>{text.rotateWhy}</p>
        </Confirm>
      )}
      {secret && <NewSecret webhook={secret} onClose={() => setSecret(undefined)} />}
      {doing === "delete" && (
        <Confirm
          title={text.deleteTitle(webhook.description)}
          deed={text.delete}
          act={async () => {
            await http.delete(path);
            go(`/projects/${project.id}/settings/webhooks`);
            tell(text.deleted(webhook.description));
          }}
          onClose={done}
        >
          <p>{text.deleteWhy}</p>
        </Confirm>
      )}
    </>
  );
}

function Facts({ webhook }: { webhook: Webhook }) {
  return (
    <dl class="facts">
      <dt>{text.url}</dt>
      <dd class="mono wrap">{webhook.url}</dd>
      <dt>{text.type}</dt>
      <dd>{text.types[webhook.type]}</dd>
      <dt>{text.channel}</dt>
      <dd>{webhook.channel ?? text.everyChannel}</dd>
      <dt>{text.body}</dt>
      <dd>{webhook.payload_only ? text.payloadOnlyShort : text.wholeMessage}</dd>
      <dt>{text.headers}</dt>
      <dd>{webhook.headers.length === 0 ? strings.common.none : webhook.headers.map(({ name }) => name).join(", ")}</dd>
    </dl>
  );
}

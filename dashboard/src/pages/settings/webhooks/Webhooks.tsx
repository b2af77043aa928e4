import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { Webhook } from "../../../api/types";
import { useHere } from "../../../layout/project";
import { Link } from "../../../router/Link";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Card, Page } from "../../../ui/Page";
import { Empty, Shown } from "../../../ui/states";
import { useQuery } from "../../../ui/useQuery";
import { Health } from "./Health";
import { NewSecret } from "./NewSecret";
import { WebhookDialog } from "./WebhookDialog";

const text = strings.webhooks;

/** As many as the contract allows a project. */
const MOST = 5;

/** The project's webhooks and how they are. */
export function Webhooks() {
  const { project } = useHere();
  const query = useQuery(`webhooks of ${project.id}`, (signal) =>
    http.get<{ webhooks: Webhook[] }>(`project/${project.id}/webhooks`, {}, signal),
  );
  const [adding, setAdding] = useState(false);
  const [created, setCreated] = useState<Webhook>();
  const count = query.data?.webhooks.length ?? 0;
  const add = (
    <Button look="primary" icon="add" disabled={count >= MOST} title={count >= MOST ? text.full : undefined} onClick={() => setAdding(true)}>
      {text.add}
    </Button>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={count > 0 && add}>
      <Card>
        <Shown query={query}>
          {({ webhooks }) =>
            webhooks.length === 0 ? (
              <Empty icon="webhook" title={text.none} action={add}>
                {text.noneWhy}
              </Empty>
            ) : (
              <ul class="rows">
                {webhooks.map((webhook) => (
                  <li key={webhook.id} class="row">
                    <div class="row-main">
                      <Link to={`/projects/${project.id}/settings/webhooks/${webhook.id}`} class="row-title">
                        {webhook.description}
                      </Link>
                      <p class="mono clip">{webhook.url}</p>
                      <p>
                        {text.types[webhook.type]}
                        {webhook.channel !== null && ` · ${text.onChannel(webhook.channel)}`}
                        {webhook.payload_only && ` · ${text.payloadOnlyShort}`}
                      </p>
                    </div>
                    <Health webhook={webhook} />
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </Card>
      {adding && (
        <WebhookDialog
          onClose={() => setAdding(false)}
          onSave={async (form) => {
            setCreated(await http.post<Webhook>(`project/${project.id}/webhooks`, form));
            setAdding(false);
            query.reload();
          }}
        />
      )}
      {created && <NewSecret webhook={created} onClose={() => setCreated(undefined)} />}
    </Page>
  );
}

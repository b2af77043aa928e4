import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { WebhookAttempt, WebhookDelivery } from "../../../api/types";
import { useDeviceNames } from "../../../fleet/useDeviceNames";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Page";
import { Shown } from "../../../ui/states";
import { Time } from "../../../ui/Time";
import { tell, tellProblem } from "../../../ui/toasts";
import { useQuery } from "../../../ui/useQuery";
import { Outcome } from "./Test";

const text = strings.webhooks;
const PAGE = 25;

/** Sends a message once more, beside the order. */
export async function redeliver(path: string, device: string, message: string): Promise<void> {
  const { delivered, problem, status } = await http.post<WebhookAttempt>(`${path}/redeliver`, { device, message });
  tell(delivered ? text.redelivered : text.notRedelivered(problem ?? `HTTP ${status ?? ""}`));
}

/** The log of attempts, newest first. */
export function Deliveries({ path, onSent }: { path: string; onSent: () => void }) {
  const [before, setBefore] = useState<number[]>([]);
  const last = before.at(-1);
  const query = useQuery(`${path} deliveries ${last ?? ""}`, (signal) =>
    http.get<{ deliveries: WebhookDelivery[] }>(`${path}/deliveries`, { limit: PAGE, before: last }, signal),
  );
  return (
    <Card
      title={text.deliveries}
      lead={text.deliveriesLead}
      actions={
        <Button small icon="refresh" onClick={query.reload}>
          {text.refresh}
        </Button>
      }
    >
      <Shown query={query}>
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <p class="soft">{text.noDeliveries}</p>
          ) : (
            <>
              <DeliveryTable
                deliveries={deliveries}
                onAgain={({ device, message }) => device !== null && void redeliver(path, device, message).then(onSent, tellProblem)}
              />
              <div class="toolbar">
                {before.length > 0 && (
                  <Button small onClick={() => setBefore(before.slice(0, -1))}>
                    {text.newer}
                  </Button>
                )}
                {deliveries.length === PAGE && (
                  <Button small onClick={() => setBefore([...before, deliveries.at(-1)?.number ?? 0])}>
                    {text.older}
                  </Button>
                )}
              </div>
            </>
          )
        }
      </Shown>
    </Card>
  );
}

function DeliveryTable({ deliveries, onAgain }: { deliveries: WebhookDelivery[]; onAgain: (delivery: WebhookDelivery) => void }) {
  const nameOf = useDeviceNames();
  return (
    <div class="table-place" tabIndex={0} role="region" aria-label={text.deliveries}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{text.when}</th>
            <th scope="col">{text.outcome}</th>
            <th scope="col">{strings.devicePicker.device}</th>
            <th scope="col">{text.attempt}</th>
            <th scope="col">
              <span class="visually-hidden">{text.redeliver}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.number}>
              <td class="nowrap">
                <Time at={delivery.begun} />
              </td>
              <td>
                <Outcome attempt={delivery} />
                {delivery.answer !== "" && <p class="mono small soft answer">{delivery.answer}</p>}
              </td>
              <td>{delivery.device === null ? text.aTest : nameOf(delivery.device)}</td>
              <td>{delivery.attempt}</td>
              <td>
                {delivery.device !== null && (
                  <Button small onClick={() => onAgain(delivery)}>
                    {text.redeliver}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { http } from "../../../api/http";
import type { DeadLetter } from "../../../api/types";
import { useDeviceNames } from "../../../fleet/useDeviceNames";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Card } from "../../../ui/Page";
import { Shown } from "../../../ui/states";
import { Time } from "../../../ui/Time";
import { tellProblem } from "../../../ui/toasts";
import { useQuery } from "../../../ui/useQuery";
import { redeliver } from "./Deliveries";

const text = strings.webhooks;

/** The messages that were given up, oldest first. */
export function DeadLetters({ path, onSent }: { path: string; onSent: () => void }) {
  const nameOf = useDeviceNames();
  const query = useQuery(`${path} dead letters`, (signal) =>
    http.get<{ dead_letters: DeadLetter[] }>(`${path}/dead_letters`, { limit: 100 }, signal),
  );
  return (
    <Card title={text.deadTitle} lead={text.deadLead}>
      <Shown query={query}>
        {({ dead_letters }) => (
          <ul class="rows">
            {dead_letters.map(({ message, device, attempts, given_up, problem }) => (
              <li key={message} class="row">
                <div class="row-main">
                  <strong>{nameOf(device)}</strong>
                  <p>
                    {text.givenUp} <Time at={given_up} /> · {text.attempts(attempts)} · {problem}
                  </p>
                </div>
                <Button small onClick={() => void redeliver(path, device, message).then(onSent, tellProblem)}>
                  {text.redeliver}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </Card>
  );
}

import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { WebhookAttempt } from "../../../api/types";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Problem } from "../../../ui/states";
import { Status } from "../../../ui/Status";
import { useAction } from "../../../ui/useAction";

const text = strings.webhooks;

/** Sends a made-up message now and says what became of it. */
export function Test({ path, onSent }: { path: string; onSent: () => void }) {
  const [attempt, setAttempt] = useState<WebhookAttempt>();
  const action = useAction(async () => {
    setAttempt(await http.post<WebhookAttempt>(`${path}/test`));
    onSent();
  });
  return (
    <div class="prose">
      <div class="toolbar">
        <Button icon="send" busy={action.busy} onClick={() => void action.run()}>
          {text.test}
        </Button>
        <span role="status">{attempt && <Outcome attempt={attempt} />}</span>
      </div>
      <Problem text={action.error} />
    </div>
  );
}

export function Outcome({ attempt }: { attempt: WebhookAttempt }) {
  const words = attempt.problem ?? (attempt.status === null ? "" : `HTTP ${attempt.status}`);
  return (
    <Status tone={attempt.delivered ? "good" : "bad"}>
      {attempt.delivered ? text.taken(words, attempt.milliseconds) : text.refused(words, attempt.milliseconds)}
    </Status>
  );
}

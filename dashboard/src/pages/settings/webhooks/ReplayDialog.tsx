import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { Webhook } from "../../../api/types";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { TextField } from "../../../ui/fields";
import { Problem } from "../../../ui/states";
import { tell } from "../../../ui/toasts";
import { useAction } from "../../../ui/useAction";

const text = strings.webhooks;

/** An hour ago as the browser's field for a local time wants it. */
function anHourAgo(): string {
  const then = new Date(Date.now() - 3_600_000);
  return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Sends everything since a moment again. */
export function ReplayDialog({ path, onClose, onDone }: { path: string; onClose: () => void; onDone: (webhook: Webhook) => void }) {
  const [since, setSince] = useState(anHourAgo);
  const action = useAction(async () => {
    onDone(await http.post<Webhook>(`${path}/replay`, { since: new Date(since).toISOString() }));
    onClose();
    tell(text.replaying);
  });
  return (
    <Dialog title={text.replay} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <p>{text.replayWhy}</p>
        <TextField label={text.since} type="datetime-local" value={since} onValue={setSince} required />
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {text.replay}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

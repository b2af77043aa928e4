import type { Webhook } from "../../../api/types";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Copyable } from "../../../ui/CopyButton";
import { Dialog } from "../../../ui/Dialog";

const text = strings.webhooks;

/** The secret that signs a webhook's requests; shown once. */
export function NewSecret({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  return (
    <Dialog title={text.secretTitle(webhook.description)} onClose={onClose}>
      <div class="prose">
        <p class="note note-warn">{text.secretOnce}</p>
        <Copyable text={webhook.secret} label={text.secret} />
        <p>{text.secretUse}</p>
        {webhook.old_secret_until !== null && <p>{text.oldSecret}</p>}
        <div class="form-actions">
          <Button look="primary" onClick={onClose}>
            {strings.keys.copied}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

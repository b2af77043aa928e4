import type { ApiKey } from "../../../api/types";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Copyable } from "../../../ui/CopyButton";
import { Dialog } from "../../../ui/Dialog";

const text = strings.keys;

/** A key that was just made, with its secret, which is never shown again. */
export interface CreatedKey extends ApiKey {
  secret: string;
}

export function NewKey({ apiKey, project, onClose }: { apiKey: CreatedKey; project: string; onClose: () => void }) {
  const ping = `curl -H "Authentication: bearer ${apiKey.secret}" ${location.origin}/v1.0/project/${apiKey.scopes.includes("read") ? "ping" : `${project}/inspect`}`;
  return (
    <Dialog title={text.newTitle(apiKey.description)} wide onClose={onClose}>
      <div class="prose">
        <p class="note note-warn">{text.copyNow}</p>
        <Copyable text={apiKey.secret} label={text.secret} />
        <p>{text.tryIt}</p>
        <Copyable text={ping} label={text.tryItLabel} />
        <div class="form-actions">
          <Button look="primary" onClick={onClose}>
            {text.copied}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

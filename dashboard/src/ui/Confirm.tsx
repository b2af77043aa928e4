import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { strings } from "../strings.en";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { TextField } from "./fields";
import { Problem } from "./states";
import { useAction } from "./useAction";

interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  /** What the button says: the deed itself, such as "Delete key". */
  deed: string;
  /** What has to be typed first, for what can't be undone and is large. */
  typed?: string;
  act: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something that can't be undone. */
export function Confirm({ title, children, deed, typed, act, onClose }: ConfirmProps) {
  const [given, setGiven] = useState("");
  const action = useAction(act);
  const confirm = async () => {
    if (await action.run()) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} light>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <div class="prose">{children}</div>
        {typed !== undefined && (
          <TextField label={strings.common.typeToConfirm(typed)} value={given} onValue={setGiven} autocomplete="off" />
        )}
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="danger" busy={action.busy} disabled={typed !== undefined && given !== typed}>
            {deed}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

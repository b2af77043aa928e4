import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { CheckField, TextField } from "../../../ui/fields";
import { Problem } from "../../../ui/states";
import { tell } from "../../../ui/toasts";
import { useAction } from "../../../ui/useAction";

const text = strings.members;

/** Makes a user of the installation; for administrators. */
export function NewUser({ onClose, onCreated }: { onClose: () => void; onCreated: (name: string) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [administrator, setAdministrator] = useState(false);
  const action = useAction(async () => {
    await http.post("users", { name: name.trim(), password, administrator });
    onCreated(name.trim());
    tell(text.userCreated(name.trim()));
  });
  return (
    <Dialog title={text.newUser} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <TextField label={strings.session.name} value={name} onValue={setName} required autofocus autocomplete="off" autocapitalize="none" spellcheck={false} />
        <TextField label={text.firstPassword} hint={text.firstPasswordHint} type="password" value={password} onValue={setPassword} minLength={10} required autocomplete="new-password" />
        <CheckField label={text.administrator} hint={text.administratorHint} checked={administrator} onChecked={setAdministrator} />
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {text.createUser}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

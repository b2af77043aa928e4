import { useState } from "preact/hooks";
import { http } from "../../api/http";
import type { DeviceType, Project } from "../../api/types";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ListField, SelectField, TextField } from "../../ui/fields";
import { Problem } from "../../ui/states";
import { useAction } from "../../ui/useAction";

const text = strings.projects;

export const DEVICE_TYPES: readonly (readonly [DeviceType, string])[] = [
  ["Linux AMD64", "Linux AMD64"],
  ["Linux ARM64", "Linux ARM64"],
];

export function CreateProject({ onClose, onCreated }: { onClose: () => void; onCreated: (project: Project) => void }) {
  const [name, setName] = useState("");
  const [type, setType] = useState<DeviceType>("Linux AMD64");
  const [tags, setTags] = useState<string[]>([]);
  const action = useAction(async () => onCreated(await http.post<Project>("projects", { name: name.trim(), type, tags })));
  return (
    <Dialog title={text.create} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <TextField label={text.name} value={name} onValue={setName} maxLength={100} required autofocus autocomplete="off" />
        <SelectField label={text.type} hint={text.typeHint} value={type} options={DEVICE_TYPES} onValue={(value) => setType(value)} />
        <ListField label={text.tags} hint={text.tagsHint} values={tags} onValues={setTags} />
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {text.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

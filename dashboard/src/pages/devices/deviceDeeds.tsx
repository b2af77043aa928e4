import { useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Dialog } from "../../ui/Dialog";
import { CheckField, ListField, TextField } from "../../ui/fields";
import { Problem } from "../../ui/states";
import { tell } from "../../ui/toasts";
import { useAction } from "../../ui/useAction";

const text = strings.device;

/** Another name, other tags; the way back stands in the toast. */
export function EditDevice({ device, onClose, onSaved }: { device: Device; onClose: () => void; onSaved: (device: Device) => void }) {
  const { project } = useHere();
  const [name, setName] = useState(device.name);
  const [tags, setTags] = useState(device.tags);
  const save = async (next: { name: string; tags: string[] }) => onSaved(await http.patch<Device>(`project/${project.id}/device/${device.id}`, next));
  const action = useAction(async () => {
    await save({ name: name.trim(), tags });
    tell(text.renamed, () => save({ name: device.name, tags: device.tags }));
    onClose();
  });
  return (
    <Dialog title={text.editTitle} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <TextField label={text.name} value={name} onValue={setName} required maxLength={100} autofocus autocomplete="off" />
        <ListField label={text.tags} hint={text.tagsHint} values={tags} onValues={setTags} />
        <Problem text={action.error} />
        <div class="form-actions">
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" look="primary" busy={action.busy}>
            {strings.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RevokeDevice({ device, onClose }: { device: Device; onClose: () => void }) {
  const { project } = useHere();
  return (
    <Confirm
      title={text.revokeTitle(device.name)}
      deed={text.revokeDeed}
      act={async () => {
        await http.post(`project/${project.id}/device/${device.id}/revoke`);
        tell(text.revoked);
      }}
      onClose={onClose}
    >
      <p>{text.revokeWhy}</p>
    </Confirm>
  );
}

export function RemoveDevice({ device, onClose, onRemoved }: { device: Device; onClose: () => void; onRemoved: () => void }) {
  const { project } = useHere();
  const [erase, setErase] = useState(false);
  return (
    <Confirm
      title={text.removeTitle(device.name)}
      deed={text.removeDeed}
      act={async () => {
        await http.delete(`project/${project.id}/device/${device.id}`, { data: erase ? "erase" : "keep" });
        tell(text.removed(device.name));
        onRemoved();
      }}
      onClose={onClose}
    >
      <p>{text.removeWhy}</p>
      <CheckField label={text.removeErase} hint={text.removeEraseHint} checked={erase} onChecked={setErase} />
    </Confirm>
  );
}

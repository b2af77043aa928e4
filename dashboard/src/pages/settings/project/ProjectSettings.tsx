import { useState } from "preact/hooks";
import { http } from "../../../api/http";
import type { Project } from "../../../api/types";
import { useHere } from "../../../layout/project";
import { go } from "../../../router/router";
import { me } from "../../../session/session";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Confirm } from "../../../ui/Confirm";
import { Copyable } from "../../../ui/CopyButton";
import { CheckField, ListField, SelectField, TextField } from "../../../ui/fields";
import { Card, Page } from "../../../ui/Page";
import { Problem } from "../../../ui/states";
import { tell } from "../../../ui/toasts";
import { useAction } from "../../../ui/useAction";
import { DEVICE_TYPES } from "../../projects/CreateProject";
import { bodyOf, formOf } from "./form";

const text = strings.projectSettings;

/** Name, type, tags, retention, rules, and the project's end. */
export function ProjectSettings() {
  const { project, may } = useHere();
  return (
    <Page title={text.title}>
      <SettingsForm key={project.id} mayChange={may("manage")} />
      <Card title={text.id} lead={text.idLead}>
        <Copyable text={project.id} label={text.id} />
      </Card>
      {me.value.administrator && <DeleteProject />}
    </Page>
  );
}

function SettingsForm({ mayChange }: { mayChange: boolean }) {
  const { project, changed } = useHere();
  const [form, setForm] = useState(() => formOf(project));
  const path = `project/${project.id}`;
  const action = useAction(async () => {
    changed(await http.patch<Project>(path, bodyOf(form)));
    const before = bodyOf(formOf(project));
    tell(text.saved, async () => {
      const restored = await http.patch<Project>(path, before);
      changed(restored);
      setForm(formOf(restored));
    });
  });
  return (
    <Card title={text.general} {...(!mayChange && { lead: text.onlyOwners })}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <div class="form-columns">
          <TextField label={strings.projects.name} value={form.name} onValue={(name) => setForm({ ...form, name })} maxLength={100} required disabled={!mayChange} />
          <SelectField
            label={strings.projects.type}
            hint={strings.projects.typeHint}
            value={form.type}
            options={DEVICE_TYPES}
            onValue={(type) => setForm({ ...form, type })}
            disabled={!mayChange}
          />
        </div>
        <ListField label={strings.projects.tags} hint={strings.projects.tagsHint} values={form.tags} onValues={(tags) => setForm({ ...form, tags })} disabled={!mayChange} />
        <div class="form-columns">
          <TextField
            label={text.days}
            hint={text.daysHint}
            type="number"
            min={1}
            value={form.days}
            onValue={(days) => setForm({ ...form, days })}
            required
            disabled={!mayChange}
          />
          <TextField
            label={text.gibibytes}
            hint={text.gibibytesHint}
            type="number"
            min={1}
            value={form.gibibytes}
            onValue={(gibibytes) => setForm({ ...form, gibibytes })}
            required
            disabled={!mayChange}
          />
          <TextField
            label={text.cap}
            hint={text.capHint}
            type="number"
            min={0}
            value={form.cap}
            onValue={(cap) => setForm({ ...form, cap })}
            disabled={!mayChange}
          />
        </div>
        <CheckField
          label={text.approve}
          hint={text.approveHint}
          checked={form.approve}
          onChecked={(approve) => setForm({ ...form, approve })}
          disabled={!mayChange}
        />
        <Problem text={action.error} />
        {mayChange && (
          <div class="form-actions">
            <Button type="submit" look="primary" busy={action.busy}>
              {strings.common.save}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function DeleteProject() {
  const { project } = useHere();
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title={text.end}
      lead={text.endLead}
      actions={
        <Button icon="remove" onClick={() => setAsking(true)}>
          {text.delete}
        </Button>
      }
    >
      {asking && (
        <Confirm
          title={text.deleteTitle(project.name)}
          deed={text.delete}
          typed={project.name}
          act={async () => {
            await http.delete(`project/${project.id}`);
            go("/projects");
            tell(text.deleted(project.name));
          }}
          onClose={() => setAsking(false)}
        >
          <p>{text.deleteWhy}</p>
        </Confirm>
      )}
    </Card>
  );
}

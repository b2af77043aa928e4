import { useState } from "preact/hooks";
import { everything, http, pageOf } from "../../../api/http";
import type { Member, Role } from "../../../api/types";
import { useHere } from "../../../layout/project";
import { me } from "../../../session/session";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { SelectField, TextField } from "../../../ui/fields";
import { Card, Page } from "../../../ui/Page";
import { Empty, Problem, Shown } from "../../../ui/states";
import { tell, tellProblem } from "../../../ui/toasts";
import { useAction } from "../../../ui/useAction";
import { useQuery } from "../../../ui/useQuery";
import { NewUser } from "./NewUser";

const text = strings.members;
const ROLES: readonly (readonly [Role, string])[] = [
  ["viewer", text.roles.viewer],
  ["operator", text.roles.operator],
  ["owner", text.roles.owner],
];

/** Who belongs to the project, and in which role. */
export function Members() {
  const { project, may } = useHere();
  const path = `project/${project.id}/members`;
  const query = useQuery(path, (signal) =>
    everything(async (cursor) => {
      const answer = await http.get<{ members: Member[]; more: boolean; cursor?: string }>(path, { limit: 1000, cursor }, signal);
      return pageOf(answer.members, answer);
    }),
  );
  const put = async (user: string, role: Role) => {
    await http.put(`${path}/${encodeURIComponent(user)}`, { role });
    query.reload();
  };
  const change = async ({ user, role }: Member, next: Role) => {
    await put(user, next);
    tell(text.changed(user, next), () => put(user, role));
  };
  const remove = async ({ user, role }: Member) => {
    await http.delete(`${path}/${encodeURIComponent(user)}`);
    query.reload();
    tell(text.removed(user), () => put(user, role));
  };
  return (
    <Page title={text.title} lead={text.lead}>
      {may("manage") && <AddMember onAdd={put} />}
      <Card title={text.present}>
        <Shown query={query} lines={2}>
          {(members) =>
            members.length === 0 ? (
              <Empty icon="members" title={text.none}>
                {text.noneWhy}
              </Empty>
            ) : (
              <ul class="rows">
                {members.map((member) => (
                  <li key={member.user} class="row">
                    <div class="row-main">
                      <strong>{member.user}</strong>
                      <p>{text.roleMeans[member.role]}</p>
                    </div>
                    {may("manage") && (
                      <div class="row-actions">
                        <SelectField
                          label={text.roleOf(member.user)}
                          value={member.role}
                          options={ROLES}
                          onValue={(role) => void change(member, role).catch(tellProblem)}
                        />
                        <Button icon="remove" look="quiet" aria-label={text.removeOf(member.user)} title={text.removeOf(member.user)} onClick={() => void remove(member).catch(tellProblem)} />
                      </div>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </Card>
    </Page>
  );
}

function AddMember({ onAdd }: { onAdd: (user: string, role: Role) => Promise<void> }) {
  const [user, setUser] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [inviting, setInviting] = useState(false);
  const action = useAction(async () => {
    await onAdd(user.trim(), role);
    tell(text.added(user.trim()));
    setUser("");
  });
  return (
    <Card
      title={text.add}
      lead={text.addLead}
      actions={
        me.value.administrator && (
          <Button icon="user" onClick={() => setInviting(true)}>
            {text.newUser}
          </Button>
        )
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <div class="form-line">
          <TextField label={strings.session.name} value={user} onValue={setUser} required autocomplete="off" autocapitalize="none" spellcheck={false} />
          <SelectField label={text.role} hint={text.roleMeans[role]} value={role} options={ROLES} onValue={(value) => setRole(value)} />
          <Button type="submit" look="primary" icon="add" busy={action.busy}>
            {text.add}
          </Button>
        </div>
        <Problem text={action.error} />
      </form>
      {inviting && (
        <NewUser
          onClose={() => setInviting(false)}
          onCreated={(name) => {
            setInviting(false);
            setUser(name);
          }}
        />
      )}
    </Card>
  );
}

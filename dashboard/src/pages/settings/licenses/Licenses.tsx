import { useState } from "preact/hooks";
import { everything, http, pageOf } from "../../../api/http";
import type { License } from "../../../api/types";
import { useHere } from "../../../layout/project";
import { useDeviceNames } from "../../../fleet/useDeviceNames";
import { strings } from "../../../strings.en";
import { Button } from "../../../ui/Button";
import { Confirm } from "../../../ui/Confirm";
import { DataTable, type Column } from "../../../ui/DataTable";
import { TextField } from "../../../ui/fields";
import { Card, Page } from "../../../ui/Page";
import { Empty, Problem, Shown } from "../../../ui/states";
import { Status } from "../../../ui/Status";
import { tell } from "../../../ui/toasts";
import { useAction } from "../../../ui/useAction";
import { useQuery } from "../../../ui/useQuery";

const text = strings.licenses;

/** The project's slots for devices. */
export function Licenses() {
  const { project, may } = useHere();
  const nameOf = useDeviceNames();
  const [revoking, setRevoking] = useState<License>();
  const path = `project/${project.id}/licenses`;
  const query = useQuery(path, (signal) =>
    everything(async (cursor) => {
      const answer = await http.get<{ licenses: License[]; more: boolean; cursor?: string }>(path, { limit: 1000, cursor }, signal);
      return pageOf(answer.licenses, answer);
    }),
  );
  const columns: Column<License>[] = [
    { id: "token", title: text.token, cell: ({ token }) => <code>{token}</code>, order: (a, b) => a.token.localeCompare(b.token) },
    {
      id: "status",
      title: text.status,
      width: "8rem",
      cell: ({ status }) => <Status tone={status === "paired" ? "good" : "idle"}>{text.states[status]}</Status>,
      order: (a, b) => a.status.localeCompare(b.status),
    },
    { id: "device", title: text.device, from: "tablet", cell: ({ device }) => (device === null ? "" : nameOf(device)) },
    {
      id: "revoke",
      title: "",
      width: "7rem",
      cell: (license) =>
        license.status === "available" &&
        may("manage") && (
          <Button small look="quiet" onClick={() => setRevoking(license)}>
            {text.revoke}
          </Button>
        ),
    },
  ];
  return (
    <Page title={text.title} lead={project.license_cap === null ? text.leadOpen : text.leadCapped(project.license_cap)}>
      {may("manage") && <AddLicenses path={path} onAdded={query.reload} />}
      <Shown query={query}>
        {(licenses) => (
          <DataTable
            label={text.title}
            rows={licenses}
            columns={columns}
            idOf={({ token }) => token}
            sorted="status"
            empty={
              <Empty icon="license" title={text.none}>
                {text.noneWhy}
              </Empty>
            }
          />
        )}
      </Shown>
      {revoking && (
        <Confirm
          title={text.revokeTitle}
          deed={text.revoke}
          act={async () => {
            await http.delete(`${path}/${revoking.token}`);
            query.reload();
            tell(text.revoked);
          }}
          onClose={() => setRevoking(undefined)}
        >
          <p>{text.revokeWhy}</p>
        </Confirm>
      )}
    </Page>
  );
}

function AddLicenses({ path, onAdded }: { path: string; onAdded: () => void }) {
  const [count, setCount] = useState("1");
  const action = useAction(async () => {
    await http.post(path, { count: Number(count) });
    onAdded();
    tell(text.added(Number(count)));
  });
  return (
    <Card>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <div class="form-line">
          <TextField label={text.count} hint={text.countHint} type="number" min={1} max={1000} value={count} onValue={setCount} required />
          <Button type="submit" look="primary" icon="add" busy={action.busy}>
            {text.add}
          </Button>
        </div>
        <Problem text={action.error} />
      </form>
    </Card>
  );
}

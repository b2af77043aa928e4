import { useEffect, useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { Link } from "../../router/Link";
import { go, place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { Button, ButtonLink } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Menu, type MenuItem } from "../../ui/Menu";
import { Page } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { tell } from "../../ui/toasts";
import { useAction } from "../../ui/useAction";
import { useQuery, type Query } from "../../ui/useQuery";
import { DeviceCommands } from "./DeviceCommands";
import { DeviceMessages } from "./DeviceMessages";
import { DeviceOverview } from "./DeviceOverview";
import { DeviceState } from "./DeviceState";
import { EditDevice, RemoveDevice, RevokeDevice } from "./deviceDeeds";
import { after } from "./fleet";

const text = strings.device;
const TABS = { overview: text.overview, messages: text.messages, commands: text.commands };
type Tab = keyof typeof TABS;

/** Everything about one device. */
export function DevicePage({ device: id = "" }: Record<string, string>) {
  const device = useDevice(id);
  if (device.error?.code === "wrong_device") return <Missing />;
  return (
    <Shown query={device} lines={8}>
      {(known) => <Known device={known} changed={device.put} />}
    </Shown>
  );
}

function Missing() {
  const { project } = useHere();
  return (
    <Page title={strings.notFound.title}>
      <Empty icon="search" title={text.missing} action={<ButtonLink to={`/projects/${project.id}/devices`}>{text.back}</ButtonLink>}>
        {text.missingWhy}
      </Empty>
    </Page>
  );
}

function Known({ device, changed }: { device: Device; changed: (device: Device) => void }) {
  const { project } = useHere();
  const asked = place.value.query.get("tab") ?? "";
  const tab: Tab = asked in TABS ? (asked as Tab) : "overview";
  return (
    <Page
      wide
      title={device.name}
      lead={
        <span class="device-lead">
          <DeviceState device={device} />
          {device.tags.map((tag) => (
            <Link key={tag} to={`/projects/${project.id}/devices?tag=${encodeURIComponent(tag)}`} class="tag">
              {tag}
            </Link>
          ))}
        </span>
      }
      actions={<Actions device={device} changed={changed} />}
    >
      {device.awaits_approval !== null && <Approval device={device} machine={device.awaits_approval} changed={changed} />}
      <nav class="tabs tabs-page" aria-label={device.name}>
        {(Object.keys(TABS) as Tab[]).map((name) => (
          <button
            key={name}
            type="button"
            class="nav-link"
            aria-current={name === tab ? "page" : undefined}
            onClick={() => setQuery({ tab: name === "overview" ? undefined : name })}
          >
            {TABS[name]}
          </button>
        ))}
      </nav>
      {tab === "overview" && <DeviceOverview device={device} />}
      {tab === "messages" && <DeviceMessages device={device} />}
      {tab === "commands" && <DeviceCommands device={device} />}
    </Page>
  );
}

function Actions({ device, changed }: { device: Device; changed: (device: Device) => void }) {
  const { project, may } = useHere();
  const [deed, setDeed] = useState<"edit" | "revoke" | "remove">();
  const close = () => setDeed(undefined);
  const items: MenuItem[] = may("manage")
    ? [
        { text: text.revoke, icon: "key", act: () => setDeed("revoke") },
        { text: text.remove, icon: "remove", danger: true, act: () => setDeed("remove") },
      ]
    : [];
  return (
    <>
      {may("command") && (
        <>
          <Button icon="edit" onClick={() => setDeed("edit")}>
            {text.edit}
          </Button>
          <ButtonLink to={`/projects/${project.id}/console?device=${device.id}`} look="primary" icon="send">
            {text.console}
          </ButtonLink>
        </>
      )}
      {items.length > 0 && <Menu label={text.actions} face={<span class="button button-plain button-icon"><Icon name="more" /></span>} items={items} />}
      {deed === "edit" && <EditDevice device={device} onClose={close} onSaved={changed} />}
      {deed === "revoke" && <RevokeDevice device={device} onClose={close} />}
      {deed === "remove" && <RemoveDevice device={device} onClose={close} onRemoved={() => go(`/projects/${project.id}/devices`)} />}
    </>
  );
}

function Approval({ device, machine, changed }: { device: Device; machine: string; changed: (device: Device) => void }) {
  const { project, may } = useHere();
  const action = useAction(async () => {
    changed(await http.post<Device>(`project/${project.id}/device/${device.id}/approve`, { machine_id: machine }));
    tell(text.approveDone);
  });
  return (
    <div class="note note-warn">
      <Icon name="warning" />
      <div>
        <p>{text.approveWhy(machine)}</p>
        {action.error && <p>{action.error}</p>}
        {may("manage") && (
          <Button small busy={action.busy} onClick={() => void action.run()}>
            {text.approve}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The device as it is now. */
function useDevice(id: string): Query<Device> {
  const { project, stream } = useHere();
  const query = useQuery(`${project.id} ${id}`, (signal) => http.get<Device>(`project/${project.id}/device/${id}`, {}, signal));
  const { data, put } = query;
  const isKnown = data !== undefined;
  useEffect(() => {
    if (!isKnown) return;
    return stream.subscribe(
      { kinds: ["presence"], devices: [id] },
      { events: (events) => put(after([data], events).devices[0] ?? data) },
    );
    // Subscribed again with each state that is known, so that an event changes the newest.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isKnown, id, data, stream]);
  return query;
}

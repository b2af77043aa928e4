import { useMemo } from "preact/hooks";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { Link } from "../../router/Link";
import { place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { Button, ButtonLink } from "../../ui/Button";
import { DataTable, type Column } from "../../ui/DataTable";
import { SearchField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { Page } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { Choice } from "./Choice";
import { DeviceState } from "./DeviceState";
import { byName, byState, counted, fits, isFiltered, type Filter } from "./fleet";
import { useDevices } from "./useDevices";

const text = strings.devices;

/** All devices of the project, live. */
export function DeviceList() {
  const { project, may } = useHere();
  const devices = useDevices();
  const add = may("provision") && (
    <ButtonLink to={`/projects/${project.id}/devices/add`} look="primary" icon="add">
      {text.add}
    </ButtonLink>
  );
  return (
    <Page wide title={text.title} lead={text.lead} actions={devices.data?.length ? add : undefined}>
      <Shown query={devices} lines={8}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="device" title={text.none} action={add}>
              {text.noneWhy}
            </Empty>
          ) : (
            <Fleet all={all} />
          )
        }
      </Shown>
    </Page>
  );
}

function Fleet({ all }: { all: Device[] }) {
  const { project } = useHere();
  const filter = theFilter();
  const { search, show, tag, version } = filter;
  const shown = useMemo(() => all.filter((device) => fits(device, { search, show, tag, version })), [all, search, show, tag, version]);
  const tags = useMemo(() => counted(all.flatMap((device) => device.tags)), [all]);
  const versions = useMemo(() => counted(all.flatMap(({ agent_version: known }) => known ?? [])), [all]);
  const connected = shown.filter(({ status }) => status === "connected").length;
  return (
    <>
      <div class="toolbar">
        <SearchField label={text.search} value={search} onValue={(value) => setQuery({ search: value })} />
        <Choice
          label={text.show}
          value={show}
          options={[
            ["", text.all],
            ["connected", text.connected],
            ["disconnected", text.disconnected],
            ["waiting", text.waiting],
          ]}
          onValue={(value) => setQuery({ show: value })}
        />
        {versions.length > 1 && (
          <Choice
            label={text.version}
            value={version}
            options={[["", text.anyVersion], ...versions.map((known) => [known, known] as const)]}
            onValue={(value) => setQuery({ version: value })}
          />
        )}
        <p class="toolbar-count" aria-live="polite">
          {text.count(shown.length, all.length, connected)}
        </p>
      </div>
      {tags.length > 0 && <TagFilter tags={tags.slice(0, 12)} chosen={tag} />}
      <DataTable
        label={text.table}
        rows={shown}
        columns={columnsOf(project.id)}
        idOf={({ id }) => id}
        sorted="name"
        empty={
          <Empty icon="search" title={text.noneFits} action={isFiltered(filter) && <Button onClick={clear}>{text.clear}</Button>}>
            {text.noneFitsWhy}
          </Empty>
        }
      />
    </>
  );
}

function theFilter(): Filter {
  const { query } = place.value;
  return {
    search: query.get("search") ?? "",
    show: (query.get("show") ?? "") as Filter["show"],
    tag: query.get("tag") ?? "",
    version: query.get("version") ?? "",
  };
}

function clear(): void {
  setQuery({ search: undefined, show: undefined, tag: undefined, version: undefined });
}

function TagFilter({ tags, chosen }: { tags: string[]; chosen: string }) {
  return (
    <div class="chips" role="group" aria-label={text.tags}>
      {tags.map((tag) => (
        <button
          key={tag}
          type="button"
          class="chip"
          aria-pressed={tag === chosen}
          title={text.tagFilter(tag)}
          onClick={() => setQuery({ tag: tag === chosen ? undefined : tag })}
        >
          {tag}
          {tag === chosen && <Icon name="close" size={12} />}
        </button>
      ))}
    </div>
  );
}

function columnsOf(project: string): Column<Device>[] {
  return [
    {
      id: "name",
      title: text.name,
      order: byName,
      cell: (device) => (
        <Link to={`/projects/${project}/devices/${device.id}`} class="device-link">
          {device.name}
        </Link>
      ),
    },
    { id: "state", title: text.seen, order: byState, width: "11.5rem", cell: (device) => <DeviceState device={device} /> },
    {
      id: "tags",
      title: text.tags,
      from: "desktop",
      cell: ({ tags }) => (
        <span class="tags-line">
          {tags.map((tag) => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
        </span>
      ),
    },
    {
      id: "version",
      title: text.agent,
      from: "tablet",
      width: "8rem",
      order: (a, b) => (a.agent_version ?? "").localeCompare(b.agent_version ?? "", "en", { numeric: true }) || byName(a, b),
      cell: ({ agent_version: version }) => version ?? <span class="faint">{text.unknown}</span>,
    },
    { id: "mac", title: text.mac, from: "tablet", width: "11rem", order: (a, b) => a.mac.localeCompare(b.mac), cell: ({ mac }) => <code>{mac}</code> },
    { id: "os", title: text.os, from: "desktop", cell: ({ os }) => <span title={os ?? undefined}>{os ?? <span class="faint">{text.unknown}</span>}</span> },
  ];
}

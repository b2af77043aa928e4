import { useState } from "preact/hooks";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { ButtonLink } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Card } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { present, Time } from "../../ui/Time";
import { lazy } from "../../layout/lazy";
import { FIRST_FIELDS, isBuiltIn, isChartable, nameOf } from "../telemetry/numbers";
import { firstRange, RANGES, type RangeName } from "../telemetry/RangeChoice";
import { useFields, useNews, useTelemetry } from "../telemetry/useTelemetry";
import { PresenceStrip } from "./PresenceStrip";

const text = strings.device;
const FieldChart = lazy(async () => (await import("../telemetry/FieldChart")).FieldChart);
const SHOWN = 4;

export function DeviceOverview({ device }: { device: Device }) {
  return (
    <div class="device-grid">
      <LastDay device={device} />
      <div class="device-side">
        <Card title={text.facts}>
          <Facts device={device} />
        </Card>
        <PresenceStrip device={device} />
      </div>
    </div>
  );
}

function Facts({ device }: { device: Device }) {
  const unknown = <span class="faint">{text.unknown}</span>;
  return (
    <dl class="facts">
      <dt>{text.agent}</dt>
      <dd>{device.agent_version ?? unknown}</dd>
      <dt>{text.os}</dt>
      <dd>{device.os ?? unknown}</dd>
      <dt>{text.mac}</dt>
      <dd>
        <code>{device.mac}</code>
      </dd>
      <dt>{text.machine}</dt>
      <dd class="breakable">
        <code>{device.machine_id}</code>
      </dd>
      <dt>{text.license}</dt>
      <dd class="breakable">
        <code>{device.license}</code>
      </dd>
      <dt>{text.registered}</dt>
      <dd>
        <Time at={device.registered} />
      </dd>
      <dt>{text.id}</dt>
      <dd class="breakable">
        <code>{device.id}</code> <CopyButton text={device.id} label={text.copiedId} />
      </dd>
    </dl>
  );
}

/** The numbers that tell most, over a day. */
function LastDay({ device }: { device: Device }) {
  const { project } = useHere();
  const fields = useFields(device.id);
  const chartable = (fields.data ?? []).filter(isChartable);
  const user = chartable.filter((field) => !isBuiltIn(field));
  const builtIn = FIRST_FIELDS.flatMap((path) => chartable.find(({ field }) => field === path) ?? []);
  const shown = [...new Map([...user.slice(0, 2), ...builtIn].map((field) => [field.field, field])).values()].slice(0, SHOWN);
  // A device that was just added has sent none yet.
  useNews([device.id], shown.length === 0, fields.reload);
  return (
    <Card
      title={text.lately(strings.telemetry.ranges[firstRange(device.registered, present.peek().getTime())])}
      actions={<ButtonLink to={`/projects/${project.id}/telemetry?devices=${device.id}`} icon="telemetry">{text.seeTelemetry}</ButtonLink>}
    >
      <Shown query={fields} lines={6}>
        {() =>
          shown.length === 0 ? (
            <Empty icon="telemetry" title={text.noTelemetry}>
              {text.noTelemetryWhy}
            </Empty>
          ) : (
            <DayCharts device={device} fields={shown.map(({ field, part }) => ({ field, title: nameOf(field, part) }))} />
          )
        }
      </Shown>
    </Card>
  );
}

function last(name: RangeName) {
  const now = Date.now();
  return { from: now - RANGES[name], to: now };
}

function DayCharts({ device, fields }: { device: Device; fields: { field: string; title: string }[] }) {
  const name = firstRange(device.registered, present.peek().getTime());
  const [range, setRange] = useState(() => last(name));
  const telemetry = useTelemetry({ devices: [device.id], fields: fields.map(({ field }) => field), range, points: 300 });
  const [before, setBefore] = useState(telemetry.data);
  if (telemetry.data && telemetry.data !== before) setBefore(telemetry.data);
  useNews([device.id], true, () => setRange(last(name)));
  const known = telemetry.data ?? before;
  return (
    <Shown query={{ ...telemetry, data: known }} lines={8}>
      {(data) => (
        <div class="day-charts">
          {fields.map(({ field, title }) => (
            <FieldChart key={field} telemetry={data} field={field} title={title} nameOf={() => device.name} range={range} height={150} />
          ))}
        </div>
      )}
    </Shown>
  );
}

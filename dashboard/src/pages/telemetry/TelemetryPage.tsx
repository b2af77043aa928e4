import { useEffect, useMemo, useState } from "preact/hooks";
import type { Device, NumericField } from "../../api/types";
import { place, setQuery } from "../../router/router";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { Card, Page } from "../../ui/Page";
import { Empty, Failure, Loading, Shown } from "../../ui/states";
import { present } from "../../ui/Time";
import { byName, byState } from "../devices/fleet";
import { useDevices } from "../devices/useDevices";
import type { TimeRange } from "./Chart";
import { FieldChart } from "./FieldChart";
import { FIRST_FIELDS, isBuiltIn, isChartable, nameOf } from "./numbers";
import { Picker } from "./Picker";
import { firstRange, RANGES, RangeChoice, type RangeName } from "./RangeChoice";
import { useFields, useNews, useTelemetry } from "./useTelemetry";

const text = strings.telemetry;
const MOST_DEVICES = 8;

/** Any numbers of some devices over time; what is shown stands in the address. */
export function TelemetryPage() {
  const devices = useDevices();
  return (
    <Page wide title={text.title} lead={text.lead}>
      <Shown query={devices} lines={6}>
        {(all) => (all.length === 0 ? <NoDevices /> : <Charts all={all} />)}
      </Shown>
    </Page>
  );
}

function NoDevices() {
  return (
    <Empty icon="telemetry" title={strings.devices.none}>
      {text.emptyWhy}
    </Empty>
  );
}

function Charts({ all }: { all: Device[] }) {
  const { query } = place.value;
  const first = useMemo(() => [...all].sort(byState)[0], [all]);
  const asked = listOf(query.get("devices")).filter((id) => all.some((device) => device.id === id));
  const chosen = asked.length > 0 || query.has("devices") ? asked : first ? [first.id] : [];
  const fields = useFields(chosen[0]);
  const known = (fields.data ?? []).filter(isChartable);
  const shownFields = query.has("fields") ? listOf(query.get("fields")) : firstOf(known);
  useNews(chosen.slice(0, 1), known.length === 0, fields.reload);
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return (
    <>
      <Card>
        <div class="telemetry-bar">
          <Picker
            label={text.devices}
            add={text.addDevice}
            search={text.searchDevice}
            chosen={chosen.map((id) => ({ id, text: names.get(id) ?? id }))}
            options={[...all].sort(byName).map(({ id, name }) => ({ id, text: name }))}
            most={MOST_DEVICES}
            mostHint={text.mostDevices}
            coloured
            onChosen={(ids) => setQuery({ devices: ids.join(",") || "none" })}
          />
          <Picker
            label={text.fields}
            add={text.addField}
            search={text.searchField}
            chosen={shownFields.map((field) => ({ id: field, text: titleOf(field, known) }))}
            options={optionsOf(known)}
            most={20}
            onChosen={(ids) => setQuery({ fields: ids.join(",") || "none" })}
          />
        </div>
      </Card>
      {chosen.length === 0 ? (
        <Empty icon="telemetry" title={text.empty}>
          {text.emptyWhy}
        </Empty>
      ) : fields.data && known.length === 0 ? (
        <Empty icon="telemetry" title={text.noFields}>
          {text.emptyWhy}
        </Empty>
      ) : (
        <Drawn first={firstRange(oldest(all, chosen), present.peek().getTime())} devices={chosen} fields={shownFields} titles={(field) => titleOf(field, known)} nameOf={(id) => names.get(id) ?? id} />
      )}
    </>
  );
}

/** When the device that is there longest registered. */
function oldest(all: Device[], chosen: string[]): string {
  return all.filter(({ id }) => chosen.includes(id)).map(({ registered }) => registered).sort()[0] ?? "";
}

interface DrawnProps {
  first: RangeName;
  devices: string[];
  fields: string[];
  titles: (field: string) => string;
  nameOf: (device: string) => string;
}

function Drawn({ first, devices, fields, titles, nameOf: deviceName }: DrawnProps) {
  const [choice, setChoice] = useRange(first);
  const zoomed = typeof choice !== "string";
  const [now, setNow] = useState(Date.now());
  const range: TimeRange = zoomed ? choice : { from: now - RANGES[choice], to: now };
  const telemetry = useTelemetry({ devices, fields, range });
  const [last, setLast] = useState(telemetry.data);
  useEffect(() => {
    if (telemetry.data) setLast(telemetry.data);
  }, [telemetry.data]);
  useNews(devices, !zoomed, () => setNow(Date.now()));
  // While the next is fetched the one before stays.
  const shown = telemetry.data ?? last;
  return (
    <>
      <RangeChoice choice={choice} bucket={shown?.bucket_ms} onChoice={setChoice} />
      {telemetry.error && <Failure error={telemetry.error} retry={telemetry.reload} />}
      {!shown && !telemetry.error && <Loading lines={8} />}
      {shown && (
        <div class="chart-grid">
          {fields.map((field) => (
            <section class="card" key={field}>
              <FieldChart
                telemetry={shown}
                field={field}
                title={titles(field)}
                nameOf={deviceName}
                range={range}
                onZoom={setChoice}
                actions={
                  fields.length > 1 && (
                    <Button
                      look="quiet"
                      icon="close"
                      aria-label={text.remove(titles(field))}
                      onClick={() => setQuery({ fields: fields.filter((other) => other !== field).join(",") })}
                    />
                  )
                }
              />
            </section>
          ))}
        </div>
      )}
      <p class="faint small">{text.gap}</p>
    </>
  );
}

/** A range by its name, or a part that was zoomed into; both stand in the address. */
function useRange(first: RangeName): [RangeName | TimeRange, (choice: RangeName | TimeRange) => void] {
  const { query } = place.value;
  const name = query.get("range");
  const from = Number(query.get("from"));
  const to = Number(query.get("to"));
  const choice = from > 0 && to > from ? { from, to } : name !== null && name in RANGES ? (name as RangeName) : first;
  const choose = (next: RangeName | TimeRange) =>
    setQuery(
      typeof next === "string" ? { range: next, from: undefined, to: undefined } : { from: String(next.from), to: String(next.to) },
    );
  return [choice, choose];
}

function listOf(value: string | null): string[] {
  return (value ?? "").split(",").filter((part) => part !== "" && part !== "none");
}

function firstOf(known: NumericField[]): string[] {
  const user = known.filter((field) => !isBuiltIn(field)).map(({ field }) => field);
  const builtIn = FIRST_FIELDS.filter((field) => known.some((one) => one.field === field));
  const wanted = [...builtIn, ...new Set(user.slice(0, 3))];
  return wanted.length > 0 ? wanted : known.slice(0, 3).map(({ field }) => field);
}

function titleOf(field: string, known: NumericField[]): string {
  return nameOf(field, known.find((one) => one.field === field)?.part);
}

function optionsOf(known: NumericField[]) {
  const seen = new Map(known.map((field) => [field.field, field]));
  return [...seen.values()]
    .map((field) => ({
      id: field.field,
      text: nameOf(field.field, field.part),
      group: isBuiltIn(field) ? text.builtIn : text.other,
    }))
    .sort((a, b) => (a.group === b.group ? a.text.localeCompare(b.text, "en", { numeric: true }) : a.group === text.other ? -1 : 1));
}

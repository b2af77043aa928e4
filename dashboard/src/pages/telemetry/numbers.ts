import type { NumericField } from "../../api/types";
import { strings } from "../../strings.en";

export type Unit = "bytes" | "percent" | "celsius" | "seconds" | "none";

/** What a field counts, as its name says. */
export function unitOf(field: string): Unit {
  if (/bytes$/i.test(field)) return "bytes";
  if (/percent$/i.test(field)) return "percent";
  if (/celsius$/i.test(field)) return "celsius";
  if (/(_s|seconds)$/i.test(field)) return "seconds";
  return "none";
}

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const PLAIN = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** A value with its unit, short enough for an axis. */
export function shown(value: number, unit: Unit): string {
  switch (unit) {
    case "bytes":
      return bytes(value);
    case "percent":
      return `${plain(value)} %`;
    case "celsius":
      return `${plain(value)} °C`;
    case "seconds":
      return seconds(value);
    case "none":
      return plain(value);
  }
}

function plain(value: number): string {
  return Math.abs(value) >= 10_000 ? WHOLE.format(value) : PLAIN.format(value);
}

function bytes(value: number): string {
  const power = value === 0 ? 0 : Math.min(BYTES.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value)) / 10)));
  return `${Number((value / 1024 ** power).toPrecision(3))} ${BYTES[power] ?? ""}`;
}

function seconds(value: number): string {
  if (Math.abs(value) >= 172_800) return `${plain(Math.round(value / 8640) / 10)} d`;
  if (Math.abs(value) >= 7_200) return `${plain(Math.round(value / 360) / 10)} h`;
  if (Math.abs(value) >= 120) return `${plain(Math.round(value / 6) / 10)} min`;
  return `${plain(value)} s`;
}

/** What a person calls the field: the agent's own by name, others by their path. */
export function nameOf(field: string, part?: string | null): string {
  const known = strings.telemetry.names[field];
  if (known !== undefined) return known;
  const inList = /^telemetry\.(\w+)\.(\d+)\.(\w+)$/.exec(field);
  const name = inList && strings.telemetry.listNames[`${inList[1] ?? ""}.${inList[3] ?? ""}`];
  if (name) return `${name}, ${part ?? inList[2] ?? ""}`;
  return field.replaceAll(".", " › ");
}

/** Whether the agent sends it by itself, and it says something over time. */
export function isBuiltIn({ field, type }: NumericField): boolean {
  return type === "iottlyagent" && field.startsWith("telemetry.");
}

/** Numbers of the agent's notes, such as of a gap, are no measurements. */
export function isChartable(field: NumericField): boolean {
  return field.type === "userdefined" || isBuiltIn(field);
}

/** What a first look wants to see. */
export const FIRST_FIELDS = ["telemetry.cpu.usage_percent", "telemetry.memory.available_bytes", "telemetry.load.1m"];

import type { Device, DeviceStatus } from "../../api/types";
import { strings } from "../../strings.en";
import type { StreamEvent } from "../../stream/frames";
import type { Tone } from "../../ui/Status";

/** What a list of devices is narrowed by. */
export interface Filter {
  search: string;
  show: "" | DeviceStatus | "waiting";
  tag: string;
  version: string;
}

/** Whether all words of the search are in what the device is known by, and the rest fits too. */
export function fits(device: Device, filter: Filter): boolean {
  if (filter.show === "waiting" ? device.awaits_approval === null : filter.show !== "" && device.status !== filter.show) return false;
  if (filter.tag !== "" && !device.tags.includes(filter.tag)) return false;
  if (filter.version !== "" && device.agent_version !== filter.version) return false;
  if (filter.search.trim() === "") return true;
  const whole = [device.name, device.mac, device.id, ...device.tags].join(" ").toLowerCase();
  return filter.search
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

export function isFiltered({ search, show, tag, version }: Filter): boolean {
  return search.trim() !== "" || show !== "" || tag !== "" || version !== "";
}

/** The values that occur, most frequent first. */
export function counted(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, others]) => others - many || a.localeCompare(b)).map(([value]) => value);
}

/** The devices after these events; the ids of those that nobody knew of. */
export function after(devices: readonly Device[], events: readonly StreamEvent[]): { devices: Device[]; unknown: string[] } {
  const news = new Map<string, { status?: DeviceStatus; seen: string }>();
  for (const event of events) {
    if (event.kind === "presence") news.set(event.device, { status: event.operatingstatus, seen: event.timestamp });
  }
  const changed = devices.map((device) => {
    const now = news.get(device.id);
    if (!now) return device;
    news.delete(device.id);
    return { ...device, status: now.status ?? device.status, last_seen: now.seen };
  });
  return { devices: changed, unknown: [...news.keys()] };
}

export function toneOf(device: Device): Tone {
  if (device.awaits_approval !== null) return "warn";
  if (device.status === "connected") return "good";
  return device.last_seen === null ? "idle" : "bad";
}

/** Orders by what a person looks for first: what needs them, then what is away, the longest at the end. */
export function byState(a: Device, b: Device): number {
  const rank = ({ status, last_seen: seen }: Device) => (status === "connected" ? 0 : seen === null ? 2 : 1);
  return rank(a) - rank(b) || (b.last_seen ?? "").localeCompare(a.last_seen ?? "") || byName(a, b);
}

const NAMES = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function byName(a: Device, b: Device): number {
  return NAMES.compare(a.name, b.name) || a.id.localeCompare(b.id);
}

/** Why the state is what it is, for a tooltip. */
export function reasonOf(device: Device): string | undefined {
  return device.awaits_approval === null ? undefined : strings.status.waits;
}

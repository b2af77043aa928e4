import type { DeviceStatus } from "../../api/types";

/** A change of presence, in milliseconds since 1970. */
export interface Change {
  at: number;
  status: DeviceStatus;
}

/** A stretch in which a device was connected or was not; undefined before anything is known. */
export interface Stretch {
  from: number;
  to: number;
  status: DeviceStatus | undefined;
}

/** The stretches of that time, oldest first, from changes in any order. */
export function stretchesOf(changes: readonly Change[], from: number, to: number): Stretch[] {
  const ordered = [...changes].sort((a, b) => a.at - b.at);
  const stretches: Stretch[] = [];
  let status = ordered.findLast(({ at }) => at <= from)?.status;
  let begun = from;
  for (const change of ordered) {
    if (change.at <= from || change.at >= to || change.status === status) continue;
    stretches.push({ from: begun, to: change.at, status });
    begun = change.at;
    status = change.status;
  }
  return [...stretches, { from: begun, to, status }].filter((stretch) => stretch.to > stretch.from);
}

/** The part of the known time in which it was connected; undefined when nothing is known. */
export function shareConnected(stretches: readonly Stretch[]): number | undefined {
  const length = (some: readonly Stretch[]) => some.reduce((sum, { from, to }) => sum + to - from, 0);
  const known = length(stretches.filter(({ status }) => status !== undefined));
  return known === 0 ? undefined : length(stretches.filter(({ status }) => status === "connected")) / known;
}

/** Such as "3 days" or "2 h 5 min", for people. */
export function lengthOf(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (milliseconds < 59_500) return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

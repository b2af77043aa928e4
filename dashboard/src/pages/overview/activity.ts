import type { ActivitySlot } from "../../api/types";
import type { Plot, Values } from "../telemetry/plot";

/** One figure of the slots over time, broken where the platform did not run. */
export function activityPlot(slots: readonly ActivitySlot[], slotSeconds: number, of: (slot: ActivitySlot) => number): Plot {
  const times: number[] = [];
  const values: Values = [];
  let expected: number | undefined;
  for (const slot of slots) {
    const start = Date.parse(slot.start) / 1000;
    if (expected !== undefined && start > expected) {
      times.push(expected);
      values.push(null);
    }
    times.push(start);
    values.push(of(slot));
    expected = start + slotSeconds;
  }
  return { times, lines: times.length === 0 ? [] : [{ device: "", mean: values, min: values, max: values }] };
}

/** How many messages a minute brought in the last slot that is over; undefined before there is one. */
export function messagesPerMinute(slots: readonly ActivitySlot[], slotSeconds: number, now: number): number | undefined {
  const full = slots.findLast(({ start }) => Date.parse(start) + slotSeconds * 1000 <= now);
  if (!full) return undefined;
  return (full.messages * 60) / slotSeconds;
}

export function lostIn(slots: readonly ActivitySlot[]): number {
  return slots.reduce((sum, { lost }) => sum + lost, 0);
}

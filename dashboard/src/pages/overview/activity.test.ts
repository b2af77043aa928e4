import { expect, it } from "vitest";
import { activityPlot, lostIn, messagesPerMinute } from "./activity";

const slot = (minute: number, messages = 0, lost = 0) => ({ start: new Date(minute * 60_000).toISOString(), connected: minute, messages, lost });

it("the line is broken where slots are missing", () => {
  const { times, lines } = activityPlot([slot(0), slot(5), slot(20)], 300, ({ connected }) => connected);
  expect(times).toEqual([0, 300, 600, 1200]);
  expect(lines[0]?.mean).toEqual([0, 5, null, 20]);
  expect(activityPlot([], 300, () => 1)).toEqual({ times: [], lines: [] });
});

it("the rate is that of the last slot that is over", () => {
  const slots = [slot(0, 50), slot(5, 100), slot(10, 3)];
  expect(messagesPerMinute(slots, 300, 12 * 60_000)).toBe(20);
  expect(messagesPerMinute(slots, 300, 15 * 60_000)).toBe(0.6);
  expect(messagesPerMinute([slot(0, 50)], 300, 60_000)).toBeUndefined();
});

it("what was lost adds up", () => {
  expect(lostIn([slot(0, 0, 2), slot(5, 0, 3)])).toBe(5);
});

import { expect, it } from "vitest";
import type { Message } from "../../api/types";
import type { StreamEvent } from "../../stream/frames";
import { cleared, emptyBook, MOST_ENTRIES, passes, paused, resumed, withEvents, withPast, type LogBook } from "./logBook";

const message = (n: number, type: Message["type"] = "userdefined"): Message => ({
  from: "d",
  to: "p",
  timestamp: `2026-01-01T00:00:00.${String(n).padStart(3, "0")}`,
  devicetimestamp: "2026-01-01T00:00:00",
  type,
  payload: { n },
});
const event = (n: number): StreamEvent => ({ kind: "message", cursor: `c${n}`, message: message(n) });
const shown = (book: LogBook) => book.entries.map((entry) => (entry.is === "message" ? entry.message.payload.n : entry.state));

it("the past stands before the present, oldest first", () => {
  const book = withPast(withEvents(withPast(emptyBook, [message(3), message(2)]), [event(4)]), [message(1), message(0)]);
  expect(shown(book)).toEqual([0, 1, 2, 3, 4]);
  expect(new Set(book.entries.map(({ number }) => number)).size).toBe(5);
});

it("what happens during a pause comes after it", () => {
  const held = withEvents(paused(withEvents(emptyBook, [event(1)])), [event(2)]);
  expect(shown(held)).toEqual([1]);
  expect(held.aside).toHaveLength(1);
  expect(shown(resumed(held))).toEqual([1, 2]);
});

it("it never grows beyond its size, and says what it dropped", () => {
  const many = Array.from({ length: MOST_ENTRIES + 5 }, (_, i) => event(i));
  const book = withEvents(emptyBook, many);
  expect(book.entries).toHaveLength(MOST_ENTRIES);
  expect(book.dropped).toBe(5);
  expect(shown(book)[0]).toBe(5);
  expect(withEvents(paused(emptyBook), many).aside).toHaveLength(MOST_ENTRIES);
});

it("clearing forgets what is shown and what was kept aside, and stays paused", () => {
  const book = cleared(withEvents(paused(withEvents(emptyBook, [event(1)])), [event(2)]));
  expect(book.entries).toEqual([]);
  expect(book.aside).toEqual([]);
});

it("a filter looks at the kind and at the text", () => {
  const command: StreamEvent = { kind: "command", cursor: "c", device: "d", timestamp: "2026-01-01T00:00:00", command: "42", state: "failed", error_detail: "No such Pump" };
  const [first, second] = withEvents(emptyBook, [event(7), command]).entries;
  expect(passes(first!, "userdefined", '"n":7')).toBe(true);
  expect(passes(first!, "iottlyagent", "")).toBe(false);
  expect(passes(second!, "command", "pump")).toBe(true);
  expect(passes(second!, "all", "valve")).toBe(false);
});

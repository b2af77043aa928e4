import { expect, it } from "vitest";
import type { Device } from "../../api/types";
import { after, byName, byState, counted, fits } from "./fleet";

const device = (id: string, more: Partial<Device> = {}): Device => ({
  id,
  name: `Device ${id}`,
  tags: [],
  status: "disconnected",
  mac: "02:00:00:00:00:01",
  machine_id: "m",
  license: "l",
  agent_version: "1.0",
  os: null,
  registered: "2026-03-01T10:00:00Z",
  last_seen: null,
  awaits_approval: null,
  ...more,
});
const any = { search: "", show: "", tag: "", version: "" } as const;

it("all words of a search must be in name, tags, address or id, in any order and case", () => {
  const found = device("d7", { name: "Cold Room 4", tags: ["north"] });
  expect(fits(found, { ...any, search: "north  cold" })).toBe(true);
  expect(fits(found, { ...any, search: "02:00 D7" })).toBe(true);
  expect(fits(found, { ...any, search: "cold south" })).toBe(false);
});

it("state, tag and version narrow the list, each by itself", () => {
  const one = device("a", { status: "connected", tags: ["x"], agent_version: "2" });
  expect(fits(one, { ...any, show: "connected", tag: "x", version: "2" })).toBe(true);
  expect(fits(one, { ...any, show: "disconnected" })).toBe(false);
  expect(fits(one, { ...any, show: "waiting" })).toBe(false);
  expect(fits({ ...one, awaits_approval: "m2" }, { ...any, show: "waiting" })).toBe(true);
  expect(fits(one, { ...any, tag: "y" })).toBe(false);
  expect(fits(one, { ...any, version: "1" })).toBe(false);
});

it("a presence event changes its device and leaves the others as they are", () => {
  const first = device("a");
  const known = [first, device("b")];
  const event = { kind: "presence", cursor: "c", device: "b", timestamp: "2026-03-01T11:00:00Z", operatingstatus: "connected" } as const;
  const { devices, unknown } = after(known, [event, { ...event, device: "new" }]);
  expect(devices[0]).toBe(first);
  expect(devices[1]).toMatchObject({ status: "connected", last_seen: "2026-03-01T11:00:00Z" });
  expect(unknown).toEqual(["new"]);
});

it("names are ordered as people count, and states by what was heard of last", () => {
  const names = ["Room 10", "room 2", "Room 1"].map((name, i) => device(String(i), { name }));
  expect([...names].sort(byName).map(({ name }) => name)).toEqual(["Room 1", "room 2", "Room 10"]);
  const never = device("n");
  const old = device("o", { last_seen: "2026-01-01T00:00:00Z" });
  const recent = device("r", { last_seen: "2026-02-01T00:00:00Z" });
  const here = device("h", { status: "connected", last_seen: "2025-01-01T00:00:00Z" });
  expect([never, old, recent, here].sort(byState).map(({ id }) => id)).toEqual(["h", "r", "o", "n"]);
});

it("what occurs most stands first", () => {
  expect(counted(["b", "a", "c", "c"])).toEqual(["c", "a", "b"]);
});

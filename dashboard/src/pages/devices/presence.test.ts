import { expect, it } from "vitest";
import { lengthOf, shareConnected, stretchesOf } from "./presence";

const on = (at: number) => ({ at, status: "connected" }) as const;
const off = (at: number) => ({ at, status: "disconnected" }) as const;

it("the time before the first change is not known, unless a change before it tells", () => {
  expect(stretchesOf([on(30)], 0, 100)).toEqual([
    { from: 0, to: 30, status: undefined },
    { from: 30, to: 100, status: "connected" },
  ]);
  expect(stretchesOf([off(-5), on(30)], 0, 100)[0]).toEqual({ from: 0, to: 30, status: "disconnected" });
  expect(stretchesOf([], 0, 100)).toEqual([{ from: 0, to: 100, status: undefined }]);
});

it("changes count in the order of their times, and one that changes nothing does not", () => {
  expect(stretchesOf([off(60), on(20), on(40)], 0, 100)).toEqual([
    { from: 0, to: 20, status: undefined },
    { from: 20, to: 60, status: "connected" },
    { from: 60, to: 100, status: "disconnected" },
  ]);
});

it("the share is of the time that is known", () => {
  expect(shareConnected(stretchesOf([on(20), off(60)], 0, 100))).toBe(0.5);
  expect(shareConnected(stretchesOf([], 0, 100))).toBeUndefined();
});

it("a length of time is said as people do", () => {
  expect([400, 45_000, 300_000, 7_500_000, 7_200_000, 260_000_000].map(lengthOf)).toEqual(["1 s", "45 s", "5 min", "2 h 5 min", "2 h", "3 days"]);
});

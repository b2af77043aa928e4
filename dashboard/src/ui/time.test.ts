import { expect, it } from "vitest";
import { duration, moment, relative } from "./time";

const now = new Date("2026-03-01T12:00:00Z");
const ago = (seconds: number) => relative(new Date(now.getTime() - seconds * 1000), now);

it("a moment without a zone is in UTC", () => {
  expect(moment("2018-07-27T17:50:04.968").toISOString()).toBe("2018-07-27T17:50:04.968Z");
  expect(moment("2018-07-27T17:50:04+02:00").toISOString()).toBe("2018-07-27T15:50:04.000Z");
});

it("a distance is said in the largest unit that fits", () => {
  expect([ago(2), ago(30), ago(90), ago(7_300), ago(200_000)]).toEqual([
    "now",
    "30 sec. ago",
    "1 min. ago",
    "2 hr. ago",
    "2 days ago",
  ]);
  expect(ago(-3600)).toBe("in 1 hr.");
});

it("a length of time is said in the largest unit that divides it", () => {
  expect([duration(2_592_000), duration(3600), duration(90)]).toEqual(["30 days", "1 hour", "90 seconds"]);
});

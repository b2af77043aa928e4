import { expect, it } from "vitest";
import { windowOf } from "./window";

it("at the top the first rows are drawn and the rest is space", () => {
  expect(windowOf(5000, 40, 0, 400)).toEqual({ first: 0, end: 18, before: 0, after: (5000 - 18) * 40 });
});

it("in the middle as many rows are drawn, and the whole stays as high", () => {
  const { first, end, before, after } = windowOf(5000, 40, 100_000, 400);
  expect([first, end]).toEqual([2492, 2518]);
  expect(before + (end - first) * 40 + after).toBe(5000 * 40);
});

it("a list that became shorter than where it was scrolled to still shows its last row", () => {
  expect(windowOf(3, 40, 100_000, 400)).toEqual({ first: 2, end: 3, before: 80, after: 0 });
});

it("no rows are nothing", () => {
  expect(windowOf(0, 40, 0, 400)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
});

import { expect, it } from "vitest";
import { MOST_LINES, withText, type Tail } from "./tail";

const nothing: Tail = { lines: [], rest: "" };

it("a line is shown when its end has come", () => {
  const begun = withText(nothing, "one\ntw");
  expect(begun).toEqual({ lines: ["one"], rest: "tw" });
  expect(withText(begun, "o\nthree\n")).toEqual({ lines: ["one", "two", "three"], rest: "" });
});

it("the oldest lines go when there are too many", () => {
  const many = Array.from({ length: MOST_LINES + 3 }, (_, i) => `${i}\n`).join("");
  const { lines } = withText(nothing, many);
  expect(lines).toHaveLength(MOST_LINES);
  expect(lines[0]).toBe("3");
});

import { expect, it } from "vitest";
import type { Definition } from "../../api/types";
import { definitionOf, draftOf, problemsOf, withChange, withKeyword, withoutKeyword } from "./draft";

const pump: Definition = {
  type: "pump",
  description: "Moves water.",
  direction: "command",
  keywords: [
    { name: "mode", type: "MultipleChoice", values: ["slow", "fast"] },
    { name: "unit", type: "FixedValue", value: "rpm" },
  ],
};

it("a definition that is only looked at stays as it is", () => {
  expect(definitionOf(draftOf(pump), "command")).toEqual(pump);
});

it("trying another type of keyword loses nothing", () => {
  const tried = withChange(draftOf(pump), 0, { type: "FreeValue" });
  expect(definitionOf(tried, "command").keywords[0]).toEqual({ name: "mode", type: "FreeValue" });
  expect(definitionOf(withChange(tried, 0, { type: "MultipleChoice" }), "command")).toEqual(pump);
});

it("a keyword that was added can be told from one that was removed", () => {
  const changed = withKeyword(withoutKeyword(draftOf(pump), 0));
  expect(changed.keywords.map(({ key }) => key)).toEqual([1, 2]);
});

it("each problem stands at its field", () => {
  const draft = {
    type: "1st",
    description: "",
    keywords: [
      { key: 0, name: "a", type: "FixedValue" as const, value: "", values: [] },
      { key: 1, name: "b", type: "MultipleChoice" as const, value: "", values: [] },
      { key: 2, name: "b", type: "FreeValue" as const, value: "", values: [] },
    ],
  };
  expect([...problemsOf(draft).keys()]).toEqual(["type", "0 value", "1 name", "1 value", "2 name"]);
  expect(problemsOf(draftOf(pump)).size).toBe(0);
});

import { expect, it } from "vitest";
import { isName, wireForm } from "./definitions";

it("the wire form has each keyword with what it may be", () => {
  const form = wireForm(
    {
      type: "pump",
      keywords: [
        { name: "mode", type: "MultipleChoice", values: ["slow", "fast"] },
        { name: "unit", type: "FixedValue", value: "rpm" },
        { name: "note", type: "FreeValue" },
      ],
    },
    { free: "…", or: "|" },
  );
  expect(form).toEqual({ pump: { mode: "slow | fast", unit: "rpm", note: "…" } });
});

it("a message without keywords is an empty object", () => {
  expect(wireForm({ type: "reboot", keywords: [] }, { free: "…", or: "|" })).toEqual({ reboot: {} });
});

it("names are as the platform wants them", () => {
  expect(["echo", "_a1", "a".repeat(64)].map(isName)).toEqual([true, true, true]);
  expect(["", "1a", "a-b", "a b", "a".repeat(65), "é"].map(isName)).toEqual([false, false, false, false, false, false]);
});

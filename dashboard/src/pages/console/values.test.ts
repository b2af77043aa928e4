import { expect, it } from "vitest";
import type { Definition } from "../../api/types";
import { notNumbers, valuesAtFirst, valuesOfCall } from "./values";

const pump: Definition = {
  type: "pump",
  direction: "command",
  keywords: [
    { name: "unit", type: "FixedValue", value: "rpm" },
    { name: "mode", type: "MultipleChoice", values: ["slow", "fast"] },
    { name: "speed", type: "FreeValue" },
  ],
};

it("a form begins with the first choice and sends all but what is fixed", () => {
  expect(valuesOfCall(pump, valuesAtFirst(pump))).toEqual({ "pump.mode": "slow", "pump.speed": "" });
});

it("a free value is sent as what it is meant to be", () => {
  const as = (text: string, sort: "text" | "number" | "boolean") =>
    valuesOfCall(pump, { ...valuesAtFirst(pump), speed: { text, sort } })["pump.speed"];
  expect([as("7", "text"), as("7", "number"), as("true", "boolean"), as("false", "boolean")]).toEqual(["7", 7, true, false]);
});

it("what is no number is found before it is sent", () => {
  const wrong = (text: string) => notNumbers(pump, { ...valuesAtFirst(pump), speed: { text, sort: "number" } }).has("speed");
  expect(["7", "-1.5", "1e3", "", "x", "Infinity"].map(wrong)).toEqual([false, false, false, true, true, true]);
});

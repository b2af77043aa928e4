import { expect, it } from "vitest";
import type { Telemetry } from "../../api/types";
import { gapsOf, plotOf } from "./plot";

const bucket = (at: number, mean = at, count = 1) => ({ at, min: mean - 1, max: mean + 1, mean, count });
const telemetry = (...series: { device: string; at: number[] }[]): Telemetry => ({
  start: "2026-03-01T00:00:00Z",
  bucket_ms: 1000,
  buckets: 100,
  series: series.map(({ device, at }) => ({ device, field: "f", buckets: at.map((place) => bucket(place)) })),
});
const START = Date.parse("2026-03-01T00:00:00Z") / 1000;

it("a line that was measured regularly has no gap, however far its values are apart", () => {
  expect(gapsOf([0, 10, 20, 30].map((at) => bucket(at)))).toEqual([]);
  expect(plotOf(telemetry({ device: "a", at: [0, 10, 20] }), "f").lines[0]?.mean).toEqual([0, 10, 20]);
});

it("where more than usual is missing the line is broken", () => {
  const { times, lines } = plotOf(telemetry({ device: "a", at: [0, 1, 2, 8, 9] }), "f");
  expect(lines[0]?.mean).toEqual([0, 1, 2, null, 8, 9]);
  expect(times[3]).toBeCloseTo(START + 5.5);
});

it("values of others do not break a line, nor do their gaps", () => {
  const { lines } = plotOf(telemetry({ device: "a", at: [0, 2, 4, 6, 8] }, { device: "b", at: [1, 2, 3, 7, 8] }), "f");
  expect(lines[0]?.mean).toEqual([0, undefined, 2, undefined, 4, undefined, 6, undefined, 8]);
  expect(lines[1]?.mean).toEqual([undefined, 1, 2, 3, undefined, null, undefined, 7, 8].slice(0, 9));
});

it("other fields are of other charts, and nothing measured is an empty chart", () => {
  expect(plotOf(telemetry({ device: "a", at: [1] }), "g")).toEqual({ times: [], lines: [] });
  const empty = plotOf(telemetry({ device: "a", at: [] }), "f");
  expect(empty.times).toEqual([]);
  expect(empty.lines[0]?.sum).toBeUndefined();
});

it("the sum weighs each bucket by how many values it stands for", () => {
  const one: Telemetry = { ...telemetry(), series: [{ device: "a", field: "f", buckets: [bucket(0, 10, 3), bucket(1, 2, 1)] }] };
  expect(plotOf(one, "f").lines[0]?.sum).toEqual({ latest: 2, min: 1, max: 11, mean: 8 });
});

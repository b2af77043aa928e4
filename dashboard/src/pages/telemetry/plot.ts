import type { Telemetry, TelemetryBucket, TelemetrySeries } from "../../api/types";

/** One value for each moment on the time axis: a number, null for a gap, undefined where others have a value only. */
export type Values = (number | null | undefined)[];

export interface Line {
  device: string;
  mean: Values;
  min: Values;
  max: Values;
  /** Of the whole time; undefined when there was nothing. */
  sum?: { latest: number; min: number; max: number; mean: number };
}

export interface Plot {
  /** Seconds since 1970, as uPlot wants them. */
  times: number[];
  lines: Line[];
}

/** How many usual distances may lie between two values before it is a gap. */
const GAP = 2.5;

/** What the server counted in buckets, as lines that are broken where nothing was measured. */
export function plotOf(telemetry: Telemetry, field: string): Plot {
  const series = telemetry.series.filter((one) => one.field === field);
  const gaps = series.map((one) => gapsOf(one.buckets));
  const places = [...new Set([...series.flatMap(({ buckets }) => buckets.map(({ at }) => at)), ...gaps.flat()])].sort((a, b) => a - b);
  const start = Date.parse(telemetry.start);
  return {
    times: places.map((place) => (start + (place + 0.5) * telemetry.bucket_ms) / 1000),
    lines: series.map((one, i) => lineOf(one, places, new Set(gaps[i]))),
  };
}

function lineOf({ device, buckets }: TelemetrySeries, places: number[], gaps: Set<number>): Line {
  const known = new Map(buckets.map((bucket) => [bucket.at, bucket]));
  const values = (of: (bucket: TelemetryBucket) => number): Values =>
    places.map((place) => {
      const bucket = known.get(place);
      return bucket ? of(bucket) : gaps.has(place) ? null : undefined;
    });
  const sum = sumOf(buckets);
  return { device, mean: values(({ mean }) => mean), min: values(({ min }) => min), max: values(({ max }) => max), ...(sum && { sum }) };
}

/** A place within each gap: further from one value to the next than usual. */
export function gapsOf(buckets: readonly TelemetryBucket[]): number[] {
  const distances = buckets.slice(1).map(({ at }, i) => at - (buckets[i]?.at ?? at));
  const usual = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 1;
  return distances.flatMap((distance, i) => (distance > Math.max(1, usual * GAP) ? (buckets[i]?.at ?? 0) + distance / 2 : []));
}

function sumOf(buckets: readonly TelemetryBucket[]): Line["sum"] {
  const last = buckets.at(-1);
  if (!last) return undefined;
  let count = 0;
  let total = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const bucket of buckets) {
    count += bucket.count;
    total += bucket.count * bucket.mean;
    min = Math.min(min, bucket.min);
    max = Math.max(max, bucket.max);
  }
  return { latest: last.mean, min, max, mean: total / count };
}

import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { duration } from "../../ui/time";
import type { TimeRange } from "./Chart";

const text = strings.telemetry;
const HOUR = 3_600_000;

/** Ranges that end now, in milliseconds. */
export const RANGES = { "1h": HOUR, "6h": 6 * HOUR, "24h": 24 * HOUR, "7d": 168 * HOUR, "30d": 720 * HOUR };
export type RangeName = keyof typeof RANGES;

/** What a first look at a device shows: a new one has no past that would fill a day. */
export function firstRange(registered: string, now: number): RangeName {
  const age = now - Date.parse(registered);
  return age < RANGES["1h"] ? "1h" : age < RANGES["6h"] ? "6h" : "24h";
}

const NAMES = Object.keys(RANGES) as RangeName[];

interface RangeChoiceProps {
  choice: RangeName | TimeRange;
  /** The time that one point stands for. */
  bucket: number | undefined;
  onChoice: (choice: RangeName) => void;
}

export function RangeChoice({ choice, bucket, onChoice }: RangeChoiceProps) {
  const zoomed = typeof choice !== "string";
  return (
    <div class="range-choice">
      <div class="segments" role="group" aria-label={text.range}>
        {NAMES.map((name) => (
          <button key={name} type="button" class="segment" aria-pressed={choice === name} onClick={() => onChoice(name)}>
            {text.ranges[name]}
          </button>
        ))}
      </div>
      {zoomed ? (
        <span class="range-zoomed">
          <span>
            {whenOf(choice.from)} – {whenOf(choice.to)}
          </span>
          <Button small icon="history" onClick={() => onChoice("24h")}>
            {text.zoomed} {text.ranges["24h"]}
          </Button>
        </span>
      ) : (
        <span class="live" title={text.liveOn}>
          <span class="live-dot" aria-hidden="true" />
          {text.live}
        </span>
      )}
      {bucket !== undefined && <span class="faint small">{text.bucket(duration(bucket / 1000))}</span>}
    </div>
  );
}

function whenOf(moment: number): string {
  return new Date(moment).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

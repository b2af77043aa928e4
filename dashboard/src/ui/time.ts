import { strings } from "../strings.en";

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 1],
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
  ["month", 2_592_000],
  ["year", 31_536_000],
];

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** A moment of the API; one without a zone, as in the message calls, is in UTC. */
export function moment(iso: string): Date {
  return new Date(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
}

/** Such as "5 min. ago" or "in 2 hr." */
export function relative(then: Date, now: Date): string {
  const seconds = Math.round((then.getTime() - now.getTime()) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 5) return strings.time.now;
  const [unit, size] = UNITS.findLast(([, length]) => distance >= length) ?? ["second", 1];
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

/** Such as "14:03:07.250", in the browser's zone. */
export function clockTime(then: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(then.getHours())}:${two(then.getMinutes())}:${two(then.getSeconds())}.${String(then.getMilliseconds()).padStart(3, "0")}`;
}

/** In the browser's zone and in UTC, for whoever wants to know it exactly. */
export function exactly(then: Date): string {
  const local = then.toLocaleString("en", { dateStyle: "medium", timeStyle: "medium" });
  return `${local} (${strings.time.local})\n${then.toISOString()}`;
}

/** A length of time in its largest whole units, such as "30 days" or "1 hour". */
export function duration(seconds: number): string {
  for (const [unit, size] of [...UNITS].reverse()) {
    if (seconds >= size && seconds % size === 0 && unit !== "month" && unit !== "year") {
      return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" }).format(seconds / size);
    }
  }
  return `${seconds} s`;
}

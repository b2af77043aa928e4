import { signal } from "@preact/signals";
import { exactly, moment, relative } from "./time";

/** The present, as far as a person needs it; one clock for all times on the page. */
export const present = signal(new Date());

setInterval(() => (present.value = new Date()), 5_000);

/** How long ago; on hover exactly, in the browser's zone and in UTC. */
export function Time({ at }: { at: string }) {
  const then = moment(at);
  return (
    <time dateTime={then.toISOString()} title={exactly(then)}>
      {relative(then, present.value)}
    </time>
  );
}

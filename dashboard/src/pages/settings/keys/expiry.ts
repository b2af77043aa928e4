import { strings } from "../../../strings.en";

export type Expiry = "never" | "1" | "30" | "90" | "365";

/** How long a key may live, in days, and what that is called. */
export const EXPIRIES: readonly (readonly [Expiry, string])[] = [
  ["never", strings.keys.expiryNever],
  ["1", strings.keys.expiryDay],
  ["30", strings.keys.expiryDays(30)],
  ["90", strings.keys.expiryDays(90)],
  ["365", strings.keys.expiryYear],
];

/** The moment at which a key made now expires, if it does. */
export function expiryOf(expiry: Expiry, now: Date): string | undefined {
  if (expiry === "never") return undefined;
  return new Date(now.getTime() + Number(expiry) * 86_400_000).toISOString();
}

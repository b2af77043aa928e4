/** The end of a log, as far as it is shown. */
export interface Tail {
  lines: readonly string[];
  /** What came of a line whose end did not come yet. */
  rest: string;
}

export const MOST_LINES = 2_000;

/** Puts on what came, which may end in the middle of a line; the oldest lines go when there are too many. */
export function withText({ lines, rest }: Tail, text: string): Tail {
  const whole = (rest + text).split("\n");
  const unfinished = whole.pop() ?? "";
  return { lines: [...lines, ...whole].slice(-MOST_LINES), rest: unfinished };
}

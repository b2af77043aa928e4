/** Which rows of a long table are drawn: those in view and a few around them. */
export interface Window {
  first: number;
  /** Behind the last one. */
  end: number;
  /** Pixels that stand for the rows before and after. */
  before: number;
  after: number;
}

const AROUND = 8;

export function windowOf(rows: number, rowHeight: number, scrolled: number, height: number): Window {
  const last = Math.max(0, rows - 1);
  const first = Math.min(last, Math.max(0, Math.floor(scrolled / rowHeight) - AROUND));
  const end = Math.min(rows, Math.ceil((scrolled + height) / rowHeight) + AROUND);
  return { first, end: Math.max(end, first), before: first * rowHeight, after: Math.max(0, rows - Math.max(end, first)) * rowHeight };
}

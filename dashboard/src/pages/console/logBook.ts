import type { CommandState, Json, Message } from "../../api/types";
import type { StreamEvent } from "../../stream/frames";

/** One line of the console's log. */
export type Entry = { number: number; at: string } & (
  | { is: "message"; message: Message }
  | { is: "command"; command: string; state: CommandState; problem?: string; result?: Json }
);

/**
 * What the console shows of a device: the past as far as it was asked for, then the present. It never grows beyond
 * its size; while it is paused what happens is kept aside, the newest of it.
 */
export interface LogBook {
  entries: readonly Entry[];
  /** What happened since it was paused; undefined while it is not. */
  aside: readonly Entry[] | undefined;
  /** How many entries were dropped at the old end, because they found no room. */
  dropped: number;
  next: number;
}

export const MOST_ENTRIES = 1_000;

export const emptyBook: LogBook = { entries: [], aside: undefined, dropped: 0, next: 0 };

export function withEvents(book: LogBook, events: readonly StreamEvent[]): LogBook {
  let next = book.next;
  const added = events.flatMap((event) => entryOf(event, next++));
  if (added.length === 0) return book;
  if (book.aside) return { ...book, next, aside: [...book.aside, ...added].slice(-MOST_ENTRIES) };
  return bounded({ ...book, next }, [...book.entries, ...added]);
}

/** Older messages, newest first as the API gives them, before what is there. */
export function withPast(book: LogBook, messages: readonly Message[]): LogBook {
  let next = book.next;
  const past = messages.map((message): Entry => ({ number: next++, at: message.timestamp, is: "message", message })).reverse();
  return { ...book, next, entries: [...past, ...book.entries] };
}

export function paused(book: LogBook): LogBook {
  return book.aside ? book : { ...book, aside: [] };
}

export function resumed(book: LogBook): LogBook {
  return bounded({ ...book, aside: undefined }, [...book.entries, ...(book.aside ?? [])]);
}

/** The messages stay where they are, on the platform; only this page forgets them. */
export function cleared(book: LogBook): LogBook {
  return { ...book, entries: [], dropped: 0, aside: book.aside && [] };
}

function bounded(book: LogBook, entries: Entry[]): LogBook {
  const over = Math.max(0, entries.length - MOST_ENTRIES);
  return { ...book, entries: over === 0 ? entries : entries.slice(over), dropped: book.dropped + over };
}

function entryOf(event: StreamEvent, number: number): Entry[] {
  switch (event.kind) {
    case "message":
      return [{ number, at: event.message.timestamp, is: "message", message: event.message }];
    case "command":
      return [
        {
          number,
          at: event.timestamp,
          is: "command",
          command: event.command,
          state: event.state,
          ...(event.error_detail !== undefined && { problem: event.error_detail }),
          ...(event.result !== undefined && { result: event.result }),
        },
      ];
    case "presence":
      return [];
  }
}

export type Kind = "all" | "userdefined" | "iottlyagent" | "command";

/** Whether an entry is of that kind and has the text in it, in any case. */
export function passes(entry: Entry, kind: Kind, search: string): boolean {
  if (kind !== "all" && kind !== (entry.is === "message" ? entry.message.type : "command")) return false;
  return search === "" || textOf(entry).toLowerCase().includes(search.toLowerCase());
}

function textOf(entry: Entry): string {
  if (entry.is === "message") return `${entry.message.channel ?? ""} ${JSON.stringify(entry.message.payload)}`;
  return `${entry.command} ${entry.state} ${entry.problem ?? ""} ${JSON.stringify(entry.result ?? "")}`;
}

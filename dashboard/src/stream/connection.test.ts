import { beforeEach, expect, it, vi } from "vitest";
import { Connection } from "./connection";
import type { ServerFrame, StreamEvent } from "./frames";

/** The server's side of a socket, by hand. */
class Wire {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  closed = false;
  readonly sent: Record<string, unknown>[] = [];

  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close() {
    this.closed = true;
  }

  accept() {
    this.onopen?.();
    this.say({ op: "hello", heartbeat: 30 });
  }

  say(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  cut(code = 1006) {
    this.onclose?.({ code });
  }
}

let wires: Wire[];
let timers: { run: () => void; after: number }[];
let refused: number;

const wire = (i: number) => wires[i]!;
const ring = () => timers.splice(0).forEach(({ run }) => run());

function connect() {
  return new Connection({
    open: () => {
      wires.push(new Wire());
      return wires.at(-1) as unknown as WebSocket;
    },
    later: (run, after) => {
      const timer = { run, after };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    random: () => 1,
    refused: () => refused++,
  });
}

const presence = (cursor: string): StreamEvent => ({
  kind: "presence",
  cursor,
  device: "d",
  timestamp: "2026-01-01T00:00:00",
  operatingstatus: "connected",
});

beforeEach(() => {
  wires = [];
  timers = [];
  refused = 0;
});

it("a subscription made before the connection is open is asked for when it is", () => {
  const connection = connect();
  connection.subscribe({ kinds: ["presence"] }, { events: vi.fn() });
  expect(wire(0).sent).toEqual([]);
  wire(0).accept();
  expect(wire(0).sent).toEqual([{ v: 1, op: "subscribe", id: "s1", subscription: "s1", kinds: ["presence"], from: "now" }]);
});

it("after a break a subscription goes on behind its last event", () => {
  const events = vi.fn();
  const connection = connect();
  wire(0).accept();
  connection.subscribe({ kinds: ["presence"] }, { events });
  wire(0).say({ op: "events", subscription: "s1", events: [presence("c1"), presence("c2")] });
  wire(0).cut();
  expect(connection.state.value).toBe("broken");
  ring();
  wire(1).accept();
  expect(connection.state.value).toBe("open");
  expect(wire(1).sent).toMatchObject([{ op: "subscribe", from: { cursor: "c2" } }]);
  expect(events).toHaveBeenCalledOnce();
});

it("a heartbeat moves the place to go on from where nothing matched for long", () => {
  const connection = connect();
  wire(0).accept();
  connection.subscribe({ kinds: ["message"] }, { events: vi.fn() });
  wire(0).say({ op: "heartbeat", cursors: { s1: "later" } });
  wire(0).cut();
  ring();
  wire(1).accept();
  expect(wire(1).sent).toMatchObject([{ from: { cursor: "later" } }]);
});

it("a cursor the journal does not know begins again from now", () => {
  const connection = connect();
  wire(0).accept();
  connection.subscribe({ kinds: ["message"] }, { events: vi.fn() }, { cursor: "old" });
  wire(0).say({ op: "error", id: "s1", code: "bad_cursor", error: "…" });
  expect(wire(0).sent.at(-1)).toMatchObject({ op: "subscribe", from: "now" });
});

it("a subscription the server gives up says why and is not asked for again", () => {
  const failed = vi.fn();
  const connection = connect();
  wire(0).accept();
  connection.subscribe({ kinds: ["message"] }, { events: vi.fn(), failed });
  wire(0).say({ op: "ended", subscription: "s1", cursor: "c", code: "query_too_slow", error: "Too slow." });
  expect(failed).toHaveBeenCalledWith("Too slow.");
  wire(0).cut();
  ring();
  wire(1).accept();
  expect(wire(1).sent).toEqual([]);
});

it("tries are further apart each time, up to a limit, and begin small after a success", () => {
  connect();
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    wire(i).cut();
    pauses.push(timers[0]!.after);
    ring();
  }
  expect(pauses.slice(0, 3)).toEqual([600, 1100, 2100]);
  expect(pauses.at(-1)).toBe(20_100);
  wire(8).accept();
  wire(8).cut();
  expect(timers.map(({ after }) => after)).toEqual([600]);
});

it("a server that says nothing for two heartbeats is left", () => {
  const connection = connect();
  wire(0).accept();
  expect(timers.map(({ after }) => after)).toEqual([60_000]);
  ring();
  expect(wire(0).closed).toBe(true);
  expect(connection.state.value).toBe("broken");
});

it("an ended session is told at once, one failed handshake is not", () => {
  connect();
  wire(0).cut();
  expect(refused).toBe(0);
  ring();
  wire(1).accept();
  wire(1).cut(4401);
  expect(refused).toBe(1);
});

it("after close nothing is tried any more", () => {
  const connection = connect();
  wire(0).accept();
  connection.close();
  expect(wire(0).closed).toBe(true);
  expect(timers).toEqual([]);
});

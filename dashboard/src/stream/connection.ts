import { signal } from "@preact/signals";
import { strings } from "../strings.en";
import { Channels } from "./channels";
import type { From, Selection, ServerFrame, StreamEvent } from "./frames";

/**
 * A project's live stream. It connects again by itself, with a random pause, and each subscription goes on behind
 * the last event it saw, so that a break loses nothing and repeats nothing.
 */

/** What of the outside a connection needs; a test hands in its own. */
export interface Surroundings {
  open(): WebSocket;
  later(run: () => void, milliseconds: number): () => void;
  random(): number;
  /** The server ended the session, or a handshake failed: somebody should look whether we are still signed in. */
  refused(): void;
}

export interface Listener {
  events(events: StreamEvent[]): void;
  /** The past is told; what follows happens now. */
  live?(): void;
  /** This many events found no room, because the page was too slow. */
  lagged?(missed: number): void;
  /** The server gives this subscription up. */
  failed?(error: string): void;
}

export type LinkState = "connecting" | "open" | "broken";

interface Subscription {
  selection: Selection;
  from: From;
  listener: Listener;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 20_000;
const CREDENTIAL_ENDED = 4401;

export class Connection {
  readonly state = signal<LinkState>("connecting");

  /** Lines to services of devices: shells, logs, files. */
  readonly channels = new Channels({
    isOpen: () => this.state.peek() === "open",
    send: (frame) => this.send(frame),
    sendBytes: (bytes) => this.socket?.send(bytes),
  });

  private readonly subscriptions = new Map<string, Subscription>();
  private socket: WebSocket | undefined;
  private failures = 0;
  private names = 0;
  private heartbeat = 30;
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly around: Surroundings) {
    this.connect();
  }

  /** Begins to listen; the answer ends it. */
  subscribe(selection: Selection, listener: Listener, from: From = "now"): () => void {
    const name = `s${++this.names}`;
    const subscription = { selection, from, listener };
    this.subscriptions.set(name, subscription);
    if (this.state.peek() === "open") this.ask(name, subscription);
    return () => {
      this.subscriptions.delete(name);
      if (this.state.peek() === "open") this.send({ op: "unsubscribe", subscription: name });
    };
  }

  /** Does not wait any longer for the next try. */
  hurry(): void {
    if (this.state.peek() === "broken") this.connect();
  }

  close(): void {
    this.cancelTimer();
    this.subscriptions.clear();
    this.leave();
  }

  private connect(): void {
    this.cancelTimer();
    this.leave();
    const socket = this.around.open();
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === "string") this.received(JSON.parse(data) as ServerFrame);
      else this.channels.bytes(data);
    };
    socket.onclose = ({ code }) => this.broken(code);
  }

  private opened(): void {
    this.state.value = "open";
    this.subscriptions.forEach((subscription, name) => this.ask(name, subscription));
    this.channels.connected();
    this.expectSign();
  }

  private ask(name: string, { selection, from }: Subscription): void {
    this.send({ op: "subscribe", id: name, subscription: name, ...selection, from });
  }

  private send(frame: object): void {
    this.socket?.send(JSON.stringify({ v: 1, ...frame }));
  }

  private received(frame: ServerFrame): void {
    this.expectSign();
    switch (frame.op) {
      case "hello":
        this.failures = 0;
        this.heartbeat = frame.heartbeat;
        return;
      case "subscribed":
        return this.reached(frame.subscription, frame.cursor);
      case "events": {
        const last = frame.events.at(-1);
        if (last) this.reached(frame.subscription, last.cursor);
        return this.subscriptions.get(frame.subscription)?.listener.events(frame.events);
      }
      case "live":
        this.reached(frame.subscription, frame.cursor);
        return this.subscriptions.get(frame.subscription)?.listener.live?.();
      case "lagged":
        return this.subscriptions.get(frame.subscription)?.listener.lagged?.(frame.missed);
      case "heartbeat":
        return Object.entries(frame.cursors).forEach(([name, cursor]) => this.reached(name, cursor));
      case "ended":
        return this.ended(frame.subscription, frame.cursor, frame.code, frame.error);
      case "error":
        if (!this.channels.refused(frame.id, frame.code, frame.error)) this.refused(frame.id, frame.code, frame.error);
        return;
      case "opened":
      case "credit":
      case "control":
      case "interrupted":
      case "resumed":
      case "closed":
        return this.channels.heard(frame);
    }
  }

  private reached(name: string, cursor: string): void {
    const subscription = this.subscriptions.get(name);
    if (subscription) subscription.from = { cursor };
  }

  private ended(name: string, cursor: string, code: string, error: string): void {
    const subscription = this.subscriptions.get(name);
    if (!subscription) return;
    subscription.from = { cursor };
    if (code === "unavailable") this.around.later(() => this.askAgain(name), this.pause());
    else this.give(name, error);
  }

  private askAgain(name: string): void {
    const subscription = this.subscriptions.get(name);
    if (subscription && this.state.peek() === "open") this.ask(name, subscription);
  }

  /** A cursor of a journal that is no more: only the present is left. */
  private refused(id: string | undefined, code: string, error: string): void {
    const subscription = this.subscriptions.get(id ?? "");
    if (!subscription || id === undefined) return;
    if (code === "bad_cursor") {
      subscription.from = "now";
      this.ask(id, subscription);
    } else {
      this.give(id, error);
    }
  }

  private give(name: string, error: string): void {
    this.subscriptions.get(name)?.listener.failed?.(error);
    this.subscriptions.delete(name);
  }

  /** A server that is heard nothing of for two heartbeats is gone, whatever the socket says. */
  private expectSign(): void {
    this.cancelTimer();
    this.cancelTimer = this.around.later(() => this.broken(), 2_000 * this.heartbeat);
  }

  private broken(code?: number): void {
    this.leave();
    const wasOpen = this.state.peek() === "open";
    this.state.value = "broken";
    if (wasOpen) this.channels.broken(strings.remote.connectionLost);
    if (code === CREDENTIAL_ENDED || this.failures > 0) this.around.refused();
    this.cancelTimer();
    this.cancelTimer = this.around.later(() => this.connect(), this.pause());
    this.failures++;
  }

  /** Full jitter, so that a restarted server is not met by all of its pages at once. */
  private pause(): number {
    const most = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures);
    return 100 + this.around.random() * most;
  }

  private leave(): void {
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

import type { Json, JsonObject } from "../api/types";

/** How a channel ended: `ended` is the regular way; with any other code there is a sentence. */
export interface Ending {
  code: string;
  result: JsonObject;
}

export interface ChannelListener {
  opened: (info: JsonObject) => void;
  /** Bytes of the service; the server sends on when this is done with them. */
  data: (bytes: Uint8Array) => void | Promise<void>;
  control?: (control: JsonObject) => void;
  /** The device or we lost the connection; the service waits, and `opened` comes again. */
  interrupted?: () => void;
  closed: (ending: Ending) => void;
}

export type ChannelFrame =
  | { op: "opened"; channel: number; credit: number; info: JsonObject }
  | { op: "credit"; channel: number; bytes: number }
  | { op: "control"; channel: number; control: JsonObject }
  | { op: "interrupted"; channel: number }
  | { op: "resumed"; channel: number; info: JsonObject }
  | { op: "closed"; channel: number; code: string; result?: JsonObject };

interface Wire {
  isOpen: () => boolean;
  send: (frame: object) => void;
  sendBytes: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** As much of a service's output as may be on its way to us. */
const WINDOW = 256 * 1024;

/** How much is dealt with before it is said; a frame per byte would be too many. */
const GRANT = WINDOW / 4;

/** The most that goes into one frame. */
const LARGEST = 16 * 1024;

/** A line to a service of a device. */
export class Channel {
  number = 0;
  private readonly waiting: Uint8Array[] = [];
  private credit = 0;
  private received = 0;
  private taken = 0;
  private resume: string | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly device: string,
    private readonly service: string,
    private readonly given: JsonObject,
    readonly listener: ChannelListener,
  ) {}

  /** Sends bytes to the service, as soon as it has room for them. */
  send(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += LARGEST) this.waiting.push(bytes.slice(i, i + LARGEST));
    this.flush();
  }

  control(control: JsonObject): void {
    if (this.number > 0 && this.wire.isOpen()) this.wire.send({ op: "control", channel: this.number, control });
  }

  /** How many bytes wait for room. */
  get unsent(): number {
    return this.waiting.reduce((sum, { length }) => sum + length, 0);
  }

  get isResumable(): boolean {
    return this.resume !== undefined;
  }

  ask(number: number): void {
    this.number = number;
    this.credit = 0;
    this.taken = 0;
    const resumed: JsonObject = this.resume === undefined ? {} : { resume: this.resume, received: this.received };
    this.wire.send({
      op: "open",
      id: `c${number}`,
      channel: number,
      device: this.device,
      service: this.service,
      arguments: { ...this.given, ...resumed },
      credit: WINDOW,
    });
  }

  heard(frame: ChannelFrame): void {
    switch (frame.op) {
      case "opened":
        this.credit += frame.credit;
        return this.begun(frame.info);
      case "resumed":
        return this.begun(frame.info);
      case "credit":
        this.credit += frame.bytes;
        return this.flush();
      case "control":
        return this.listener.control?.(frame.control);
      case "interrupted":
        return this.listener.interrupted?.();
      case "closed":
        return this.listener.closed({ code: frame.code, result: frame.result ?? {} });
    }
  }

  private begun(info: JsonObject): void {
    if (typeof info.session === "string") this.resume = info.session;
    if (typeof info.position === "number") this.received = info.position;
    this.listener.opened(info);
    this.flush();
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    const on = this.number;
    this.received += bytes.length;
    await this.listener.data(bytes);
    this.taken += bytes.length;
    if (this.taken < GRANT || on !== this.number || !this.wire.isOpen()) return;
    this.wire.send({ op: "credit", channel: this.number, bytes: this.taken });
    this.taken = 0;
  }

  private flush(): void {
    while (this.wire.isOpen() && this.credit > 0) {
      const next = this.waiting.shift();
      if (!next) return;
      const fits = next.subarray(0, this.credit);
      if (fits.length < next.length) this.waiting.unshift(next.subarray(fits.length));
      this.credit -= fits.length;
      const frame = new Uint8Array(4 + fits.length);
      new DataView(frame.buffer).setUint32(0, this.number);
      frame.set(fits, 4);
      this.wire.sendBytes(frame);
    }
  }
}

/** The channels of a connection. One whose service can resume it survives the connection. */
export class Channels {
  private readonly open = new Set<Channel>();
  private last = 0;

  constructor(private readonly wire: Wire) {}

  /** Opens a line to a service of a device; what comes of it the listener hears. */
  to(device: string, service: string, given: JsonObject, listener: ChannelListener): Channel {
    const channel = new Channel(this.wire, device, service, given, listener);
    this.open.add(channel);
    if (this.wire.isOpen()) channel.ask(++this.last);
    return channel;
  }

  close(channel: Channel): void {
    if (this.open.delete(channel) && this.wire.isOpen()) this.wire.send({ op: "close", channel: channel.number });
  }

  connected(): void {
    this.last = 0;
    this.open.forEach((channel) => channel.ask(++this.last));
  }

  broken(lost: string): void {
    for (const channel of [...this.open]) {
      if (channel.isResumable || channel.number === 0) channel.listener.interrupted?.();
      else this.end(channel, { code: "connection_lost", result: { error: lost } });
    }
  }

  heard(frame: ChannelFrame): void {
    const channel = this.of(frame.channel);
    if (!channel) return;
    if (frame.op === "closed") this.open.delete(channel);
    channel.heard(frame);
  }

  /** Whether the error was the answer to one of our openings. */
  refused(id: string | undefined, code: string, error: string): boolean {
    const channel = id?.startsWith("c") ? this.of(Number(id.slice(1))) : undefined;
    if (channel) this.end(channel, { code, result: { error } });
    return channel !== undefined;
  }

  bytes(frame: ArrayBuffer): void {
    void this.of(new DataView(frame).getUint32(0))?.bytes(new Uint8Array(frame, 4));
  }

  private end(channel: Channel, ending: Ending): void {
    this.open.delete(channel);
    channel.listener.closed(ending);
  }

  private of(number: number): Channel | undefined {
    return [...this.open].find((channel) => channel.number === number);
  }
}

/** The sentence of an ending that is not the regular one. */
export function problemOf({ code, result }: Ending): string | undefined {
  if (code === "ended") return undefined;
  const error: Json | undefined = result.error;
  return typeof error === "string" ? error : code;
}

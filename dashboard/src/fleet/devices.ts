import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, everything, http, pageOf } from "../api/http";
import type { Device } from "../api/types";
import { useHere } from "../layout/project";
import type { Connection } from "../stream/connection";
import type { StreamEvent } from "../stream/frames";

/**
 * The project's devices, read once by the first page that needs them and kept up to date by the live stream: who comes
 * and goes at once, what was renamed or removed elsewhere when a page asks again.
 */
export class Devices {
  readonly all = signal<ReadonlyMap<string, Device> | undefined>(undefined);
  readonly error = signal<ApiError | undefined>(undefined);

  private following = false;
  private reading = false;

  /** What happened while the list was being read. */
  private readonly early: StreamEvent[] = [];

  constructor(
    private readonly project: string,
    private readonly stream: Connection,
  ) {}

  /** Reads all devices anew; what was known stays until then. */
  async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    // First the stream, so that nothing that happens while the pages are read is missed.
    this.follow();
    try {
      const devices = await everything(async (cursor) => {
        const answer = await http.get<{ devices: Device[]; more: boolean; cursor?: string }>(`project/${this.project}/devices`, { limit: 1000, cursor });
        return pageOf(answer.devices, answer);
      });
      this.all.value = new Map(devices.map((device) => [device.id, device]));
      this.error.value = undefined;
      this.heard(this.early.splice(0));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.error.value = error;
    } finally {
      this.reading = false;
    }
  }

  /** Puts in place what a change of ours has answered. */
  put(device: Device): void {
    this.all.value = new Map(this.all.peek()).set(device.id, device);
  }

  /** Takes away a device that was removed. */
  remove(id: string): void {
    const rest = new Map(this.all.peek());
    rest.delete(id);
    this.all.value = rest;
  }

  private follow(): void {
    if (this.following) return;
    this.following = true;
    this.stream.subscribe({ kinds: ["presence"] }, { events: (events) => (this.reading ? this.early.push(...events) : this.heard(events)) });
  }

  private heard(events: StreamEvent[]): void {
    if (events.length === 0) return;
    const devices = new Map(this.all.peek());
    const unknown = new Set<string>();
    for (const event of events) {
      if (event.kind !== "presence") continue;
      const device = devices.get(event.device);
      if (device) devices.set(device.id, { ...device, status: event.operatingstatus });
      else unknown.add(event.device);
    }
    this.all.value = devices;
    unknown.forEach((id) => void this.meet(id));
  }

  /** A device that registered after the list was read. */
  private async meet(id: string): Promise<void> {
    try {
      this.put(await http.get<Device>(`project/${this.project}/device/${id}`));
    } catch (error) {
      // It may be gone again already; the next reading of the list says.
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

/** The devices of the project whose page this is; asks for them anew when the page appears. */
export function useDevices(): Devices {
  const { devices } = useHere();
  useEffect(() => void devices.read(), [devices]);
  return devices;
}

export function byName(a: Device, b: Device): number {
  return a.name.localeCompare(b.name, undefined, { numeric: true });
}

/** Whether all words of the search are in the device's name, tags or ids. */
export function fits({ name, tags, id, mac }: Device, search: string): boolean {
  const whole = [name, ...tags, id, mac].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

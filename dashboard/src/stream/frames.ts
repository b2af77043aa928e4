import type { ChannelFrame } from "./channels";
import type { CommandState, DeviceStatus, Json, JsonObject, Message } from "../api/types";

/** The frames of the WebSocket API, version 1: docs/streaming.md. */

export type Kind = "message" | "presence" | "command";

export type StreamEvent =
  | { kind: "message"; cursor: string; message: Message }
  | { kind: "presence"; cursor: string; device: string; timestamp: string; operatingstatus: DeviceStatus }
  | {
      kind: "command";
      cursor: string;
      device: string;
      timestamp: string;
      command: string;
      state: CommandState;
      error_detail?: string;
      result?: Json;
    };

/** What a subscription is to hear of; what is left out chooses everything. */
export interface Selection {
  kinds: Kind[];
  devices?: string[];
  type?: Message["type"];
  channel?: string;
  queryJson?: JsonObject;
}

export type From = "now" | { cursor: string } | { time: string };

/** What the server says, as far as we listen to it. */
export type ServerFrame =
  | { op: "hello"; heartbeat: number }
  | { op: "subscribed"; subscription: string; cursor: string }
  | { op: "events"; subscription: string; events: StreamEvent[] }
  | { op: "live"; subscription: string; cursor: string }
  | { op: "lagged"; subscription: string; cursor: string; missed: number }
  | { op: "ended"; subscription: string; cursor: string; code: string; error: string }
  | { op: "heartbeat"; cursors: Record<string, string> }
  | { op: "error"; id?: string; code: string; error: string }
  | ChannelFrame;

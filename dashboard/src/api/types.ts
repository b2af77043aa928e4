/** The nouns of the HTTP API as `/v1.0/openapi.json` describes them. Times are ISO 8601 in UTC. */

export type Role = "viewer" | "operator" | "owner";
export type Scope = "provision" | "read" | "command" | "manage" | "remote";

export interface SignedIn {
  session: string;
  user: string;
  administrator: boolean;
  csrf_token: string;
  expires: string;
  projects: { id: string; role: Role }[];
}

export interface Session {
  id: string;
  created: string;
  last_used: string;
  address: string;
  client: string;
  current: boolean;
}

export interface User {
  name: string;
  administrator: boolean;
  created: string;
}

export type DeviceType = "Linux AMD64" | "Linux ARM64";

export interface Project {
  id: string;
  name: string;
  type: DeviceType;
  tags: string[];
  license_cap: number | null;
  retention_seconds: number;
  retention_bytes: number;
  approve_reregistration: boolean;
  /** How many devices it has; a project that was just made does not say. */
  devices?: { total: number; connected: number };
  created: string;
}

export type DeviceStatus = "connected" | "disconnected";

export interface Device {
  id: string;
  name: string;
  tags: string[];
  status: DeviceStatus;
  mac: string;
  machine_id: string;
  license: string;
  agent_version: string | null;
  os: string | null;
  registered: string;
  /** When its newest message came. */
  last_seen: string | null;
  awaits_approval: string | null;
}

export interface License {
  token: string;
  status: "available" | "paired";
  device: string | null;
}

export interface Pairing {
  id: string;
  name: string;
  expires: string;
  status: "open" | "used" | "expired";
}

export interface Member {
  user: string;
  role: Role;
}

export interface ApiKey {
  id: string;
  description: string;
  scopes: Scope[];
  created: string;
  expires: string | null;
  last_used: string | null;
}

export type Keyword =
  | { name: string; type: "FixedValue"; value: string }
  | { name: string; type: "MultipleChoice"; values: string[] }
  | { name: string; type: "FreeValue" };

export interface Definition {
  type: string;
  description?: string;
  direction: "command" | "event";
  keywords: Keyword[];
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

export interface Message {
  from: string;
  to: string;
  timestamp: string;
  devicetimestamp: string;
  type: "userdefined" | "iottlyagent";
  channel?: string;
  payload: JsonObject;
}

export type CommandState = "queued" | "sent" | "delivered" | "succeeded" | "failed" | "expired" | "cancelled";

export interface Command {
  id: string;
  cmd_type: string;
  state: CommandState;
  created: string;
  changed: string;
  expires: string;
  command: JsonObject;
  error_detail?: string;
  result?: Json;
}

export interface Webhook {
  id: string;
  description: string;
  url: string;
  type: "iottly" | "user";
  channel: string | null;
  payload_only: boolean;
  headers: { name: string; value: string }[];
  secret: string;
  old_secret_until: string | null;
  created: string;
  state: "active" | "paused" | "disabled";
  reason: string | null;
  failing_since: string | null;
  parked_devices: number;
  dead_letters: number;
  missed: number;
}

export interface WebhookAttempt {
  delivered: boolean;
  begun: string;
  milliseconds: number;
  status: number | null;
  problem: string | null;
  answer: string;
}

export interface WebhookDelivery extends WebhookAttempt {
  number: number;
  message: string;
  device: string | null;
  attempt: number;
}

export interface DeadLetter {
  message: string;
  device: string;
  attempts: number;
  given_up: string;
  problem: string;
}

export interface AuditEntry {
  moment: string;
  actor_kind: "user" | "key" | "pair_code" | "admin_socket" | "server";
  actor: string;
  address: string | null;
  project: string | null;
  action: string;
  target: string;
  detail: string;
}

/** A number that a device sends. */
export interface NumericField {
  field: string;
  type: Message["type"];
  channel: string | null;
  /** What the element of a list that it stands in calls itself, such as "eth0". */
  part: string | null;
  value: number;
  time: string;
}

export interface TelemetryBucket {
  at: number;
  min: number;
  max: number;
  mean: number;
  count: number;
}

export interface TelemetrySeries {
  device: string;
  field: string;
  buckets: TelemetryBucket[];
}

export interface Telemetry {
  start: string;
  bucket_ms: number;
  buckets: number;
  series: TelemetrySeries[];
}

export interface ActivitySlot {
  start: string;
  connected: number;
  messages: number;
  lost: number;
}

export interface Overview {
  devices: { count: number; connected: number };
  agent_versions: { agent_version: string | null; devices: number }[];
  webhooks: { count: number; failing: number; paused: number; disabled: number; dead_letters: number };
  slot_seconds: number;
  activity: ActivitySlot[];
}

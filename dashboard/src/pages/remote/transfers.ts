import type { JsonObject } from "../../api/types";
import { strings } from "../../strings.en";
import { problemOf, type Channel, type Channels, type Ending } from "../../stream/channels";

/** A file or folder on a device. */
export interface FileEntry {
  name: string;
  type: "file" | "directory" | "link" | "other";
  size: number;
  modified: string;
  mode: string;
  owner: string;
}

/** More than this a browser should not hold in memory. */
export const MOST_BYTES = 512 * 1024 * 1024;

/** What a device refused, in its own words. */
export class TransferError extends Error {}

type Given = JsonObject & { do: "list" | "get" | "put"; path: string };

/** Opens a channel to the files of a device, and waits for its end. */
function run(channels: Channels, device: string, given: Given, on: { data?: (bytes: Uint8Array) => void; opened?: (channel: Channel, info: JsonObject) => void }) {
  return new Promise<Ending>((done, fail) => {
    const channel = channels.to(device, "files", given, {
      opened: (info) => on.opened?.(channel, info),
      data: (bytes) => {
        try {
          on.data?.(bytes);
        } catch (reason) {
          channels.close(channel);
          fail(reason instanceof Error ? reason : new Error(String(reason)));
        }
      },
      closed: (ending) => {
        const problem = problemOf(ending);
        if (problem === undefined) done(ending);
        else fail(new TransferError(problem));
      },
    });
  });
}

/** What is in a folder, folders first. */
export async function list(channels: Channels, device: string, path: string): Promise<FileEntry[]> {
  const decoder = new TextDecoder();
  let text = "";
  await run(channels, device, { do: "list", path }, { data: (bytes) => (text += decoder.decode(bytes, { stream: true })) });
  return entriesOf(text);
}

export function entriesOf(lines: string): FileEntry[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as FileEntry)
    .sort((a, b) => Number(b.type === "directory") - Number(a.type === "directory") || a.name.localeCompare(b.name));
}

/** The whole of a file. */
export async function fetchFile(channels: Channels, device: string, path: string): Promise<Blob> {
  const parts: BlobPart[] = [];
  let size = 0;
  await run(channels, device, { do: "get", path }, {
    data: (bytes) => {
      size += bytes.length;
      if (size > MOST_BYTES) throw new TransferError(strings.remote.files.tooLarge);
      parts.push(bytes.slice());
    },
  });
  return new Blob(parts);
}

/** Puts a file there; it gets its name when all of it has come and its checksum is right. */
export async function putFile(channels: Channels, device: string, path: string, file: File): Promise<void> {
  if (file.size > MOST_BYTES) throw new TransferError(strings.remote.files.tooLarge);
  const content = new Uint8Array(await file.arrayBuffer());
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", content)));
  await run(channels, device, { do: "put", path, size: file.size, sha256 }, {
    opened: (channel, { offset }) => channel.send(content.subarray(typeof offset === "number" ? offset : 0)),
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A path below another, and the one above. */
export function below(path: string, name: string): string {
  return `${path.replace(/\/+$/, "")}/${name}`;
}

export function above(path: string): string {
  return path.replace(/\/+$/, "").replace(/\/[^/]*$/, "") || "/";
}

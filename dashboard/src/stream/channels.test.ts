import { beforeEach, expect, it, vi } from "vitest";
import { Channels, problemOf, type ChannelListener } from "./channels";

let open: boolean;
let sent: Record<string, unknown>[];
let bytes: number[][];
let channels: Channels;
let listener: Required<ChannelListener>;

const text = (word: string) => new TextEncoder().encode(word);

function arrive(channel: number, ...payload: number[]) {
  channels.bytes(new Uint8Array([0, 0, 0, channel, ...payload]).buffer);
}

beforeEach(() => {
  open = true;
  sent = [];
  bytes = [];
  channels = new Channels({
    isOpen: () => open,
    send: (frame) => sent.push(frame as Record<string, unknown>),
    sendBytes: (frame) => bytes.push([...frame]),
  });
  listener = { opened: vi.fn(), data: vi.fn(), control: vi.fn(), interrupted: vi.fn(), closed: vi.fn() };
});

it("bytes wait for credit, and carry the channel's number", () => {
  const channel = channels.to("d", "shell", { columns: 80 }, listener);
  channel.send(text("abc"));
  expect(sent).toMatchObject([{ op: "open", channel: 1, device: "d", service: "shell", arguments: { columns: 80 } }]);
  expect(bytes).toEqual([]);
  channels.heard({ op: "opened", channel: 1, credit: 2, info: {} });
  expect(bytes).toEqual([[0, 0, 0, 1, 97, 98]]);
  expect(channel.unsent).toBe(1);
  channels.heard({ op: "credit", channel: 1, bytes: 5 });
  expect(bytes.at(-1)).toEqual([0, 0, 0, 1, 99]);
});

it("what was dealt with is granted again, not each byte by itself", async () => {
  channels.to("d", "logs", {}, listener);
  channels.heard({ op: "opened", channel: 1, credit: 0, info: {} });
  arrive(1, 1, 2, 3);
  await vi.waitFor(() => expect(listener.data).toHaveBeenCalledOnce());
  expect(sent.filter(({ op }) => op === "credit")).toEqual([]);
  arrive(1, ...new Uint8Array(70_000));
  await vi.waitFor(() => expect(sent.at(-1)).toEqual({ op: "credit", channel: 1, bytes: 70_003 }));
});

it("a shell that can be resumed goes on behind what was received, on another connection", () => {
  channels.to("d", "shell", { rows: 24 }, listener);
  channels.heard({ op: "opened", channel: 1, credit: 10, info: { session: "s1", grace: 30 } });
  arrive(1, 65, 66);
  open = false;
  channels.broken("lost");
  expect(listener.interrupted).toHaveBeenCalledOnce();
  expect(listener.closed).not.toHaveBeenCalled();
  open = true;
  channels.connected();
  expect(sent.at(-1)).toMatchObject({ op: "open", channel: 1, arguments: { rows: 24, resume: "s1", received: 2 } });
});

it("a channel that can't be resumed ends with its connection", () => {
  channels.to("d", "logs", {}, listener);
  channels.heard({ op: "opened", channel: 1, credit: 10, info: {} });
  channels.broken("The connection was lost.");
  expect(listener.closed).toHaveBeenCalledWith({ code: "connection_lost", result: { error: "The connection was lost." } });
  channels.connected();
  expect(sent.filter(({ op }) => op === "open")).toHaveLength(1);
});

it("a refusal reaches whom it is for", () => {
  channels.to("d", "shell", {}, listener);
  expect(channels.refused("c1", "not_allowed", "Turn it on.")).toBe(true);
  expect(listener.closed).toHaveBeenCalledWith({ code: "not_allowed", result: { error: "Turn it on." } });
  expect(channels.refused("s1", "bad_cursor", "…")).toBe(false);
});

it("the regular end has no problem, any other has a sentence", () => {
  expect(problemOf({ code: "ended", result: { exit: 0 } })).toBeUndefined();
  expect(problemOf({ code: "idle", result: { error: "Nothing came." } })).toBe("Nothing came.");
  expect(problemOf({ code: "killed", result: {} })).toBe("killed");
});

import { expect, it } from "vitest";
import type { Command, CommandState } from "../../api/types";
import { withCommand } from "./useCommands";

const command = (id: string, state: CommandState, changed: string): Command => ({
  id,
  cmd_type: "echo",
  state,
  created: "2026-01-01T00:00:00Z",
  changed,
  expires: "2026-01-02T00:00:00Z",
  command: {},
});

it("a new command stands first, and ten are enough", () => {
  const ids = Array.from({ length: 12 }, (_, i) => String(i));
  const list = ids.reduce<readonly Command[]>((before, id) => withCommand(before, command(id, "queued", "1")), []);
  expect(list.map(({ id }) => id)).toEqual(["11", "10", "9", "8", "7", "6", "5", "4", "3", "2"]);
});

it("an answer that was overtaken changes nothing", () => {
  const done = [command("a", "succeeded", "2026-01-01T00:00:02Z")];
  expect(withCommand(done, command("a", "sent", "2026-01-01T00:00:01Z"))).toEqual(done);
  expect(withCommand(done, command("a", "failed", "2026-01-01T00:00:03Z"))[0]?.state).toBe("failed");
});

import { expect, it } from "vitest";
import { above, below, entriesOf } from "./transfers";

it("folders stand before files, each by name", () => {
  const line = (name: string, type: string) => JSON.stringify({ name, type, size: 1 });
  const entries = entriesOf([line("b", "file"), line("z", "directory"), line("a", "file"), ""].join("\n"));
  expect(entries.map(({ name }) => name)).toEqual(["z", "a", "b"]);
});

it("paths go down and up", () => {
  expect(below("/", "etc")).toBe("/etc");
  expect(below("/var/log/", "a")).toBe("/var/log/a");
  expect([above("/var/log"), above("/var/"), above("/")]).toEqual(["/var", "/", "/"]);
});

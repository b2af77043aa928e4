import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { curl, shellWord } from "./curl";

it("a shell takes each text as one word, unchanged", () => {
  for (const text of ["plain", "two words", "it's", "$HOME `id` \"x\"", "a\nb", "&;|<>*?#!"]) {
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`]).toString()).toBe(text);
  }
});

it("a call with a body says that it is JSON", () => {
  expect(curl("https://x.example/v1.0/a?b=1", { it: "it's" })).toBe(
    `curl -H "Authentication: bearer $IOTTLY_API_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '{"it":"it'\\''s"}' \\\n  'https://x.example/v1.0/a?b=1'`,
  );
});

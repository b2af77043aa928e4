import type { Json } from "../../api/types";

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A call as a command line; the key stays in the shell's variable, out of what is copied. */
export function curl(url: string, body?: Json): string {
  const lines = [`curl -H "Authentication: bearer $IOTTLY_API_KEY"`];
  if (body !== undefined) lines.push(`-H "Content-Type: application/json"`, `-d ${shellWord(JSON.stringify(body))}`);
  return [...lines, shellWord(url)].join(" \\\n  ");
}

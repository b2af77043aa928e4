import type { ComponentChildren } from "preact";
import type { Json } from "../api/types";

/** JSON for people: indented, with names, texts and numbers told apart. */
export function JsonView({ value }: { value: Json }) {
  return (
    <pre class="json" tabIndex={0}>
      <code>{draw(value, "")}</code>
    </pre>
  );
}

function draw(value: Json, indent: string): ComponentChildren {
  if (value === null || typeof value === "boolean") return <span class="json-word">{String(value)}</span>;
  if (typeof value === "number") return <span class="json-number">{value}</span>;
  if (typeof value === "string") return <span class="json-text">{JSON.stringify(value)}</span>;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return ["[\n", ...value.map((element, i) => [inner, draw(element, inner), i < value.length - 1 ? ",\n" : "\n"]), indent, "]"];
  }
  const members = Object.entries(value);
  if (members.length === 0) return "{}";
  return [
    "{\n",
    ...members.map(([name, member], i) => [
      inner,
      <span key={name} class="json-name">
        {JSON.stringify(name)}
      </span>,
      ": ",
      draw(member, inner),
      i < members.length - 1 ? ",\n" : "\n",
    ]),
    indent,
    "}",
  ];
}

import type { Definition, Keyword } from "../../api/types";

/** How a free value is meant. */
export type Sort = "text" | "number" | "boolean";

export interface Entered {
  text: string;
  sort: Sort;
}

export type Values = Readonly<Record<string, Entered>>;

/** What stands in a form at first: a choice's first value, and nothing in what is free. */
export function valuesAtFirst({ keywords }: Definition): Values {
  return Object.fromEntries(keywords.map((keyword) => [keyword.name, { text: textAtFirst(keyword), sort: "text" as const }]));
}

function textAtFirst(keyword: Keyword): string {
  switch (keyword.type) {
    case "FixedValue":
      return keyword.value;
    case "MultipleChoice":
      return keyword.values[0] ?? "";
    case "FreeValue":
      return "";
  }
}

/** The `values` of a command call: each keyword prefixed with the command's type and a dot. A fixed value is left out. */
export function valuesOfCall({ type, keywords }: Definition, entered: Values): Record<string, string | number | boolean> {
  return Object.fromEntries(
    keywords
      .filter((keyword) => keyword.type !== "FixedValue")
      .map(({ name }) => [`${type}.${name}`, valueOf(entered[name] ?? { text: "", sort: "text" })]),
  );
}

function valueOf({ text, sort }: Entered): string | number | boolean {
  switch (sort) {
    case "text":
      return text;
    case "number":
      return Number(text);
    case "boolean":
      return text === "true";
  }
}

/** The free keywords that have something in them that is no number, though it is to be one. */
export function notNumbers({ keywords }: Definition, entered: Values): ReadonlySet<string> {
  return new Set(
    keywords
      .filter(({ name, type }) => type === "FreeValue" && entered[name]?.sort === "number" && !isNumber(entered[name].text))
      .map(({ name }) => name),
  );
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

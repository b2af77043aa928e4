import type { Definition, Keyword } from "../../api/types";
import { isName } from "../../messages/definitions";
import { strings } from "../../strings.en";

/** A keyword while it is being edited: it keeps what was entered for each type, so that trying another loses nothing. */
export interface KeywordDraft {
  /** Tells it from the others, whatever its name is at the moment. */
  key: number;
  name: string;
  type: Keyword["type"];
  value: string;
  values: string[];
}

export interface Draft {
  type: string;
  description: string;
  keywords: KeywordDraft[];
}

export function draftOf(definition: Definition | undefined): Draft {
  return {
    type: definition?.type ?? "",
    description: definition?.description ?? "",
    keywords: (definition?.keywords ?? []).map((keyword, key) => ({
      key,
      name: keyword.name,
      type: keyword.type,
      value: keyword.type === "FixedValue" ? keyword.value : "",
      values: keyword.type === "MultipleChoice" ? keyword.values : [],
    })),
  };
}

export function withKeyword(draft: Draft): Draft {
  const key = Math.max(-1, ...draft.keywords.map((keyword) => keyword.key)) + 1;
  return { ...draft, keywords: [...draft.keywords, { key, name: "", type: "FreeValue", value: "", values: [] }] };
}

export function withChange(draft: Draft, key: number, change: Partial<KeywordDraft>): Draft {
  return { ...draft, keywords: draft.keywords.map((keyword) => (keyword.key === key ? { ...keyword, ...change } : keyword)) };
}

export function withoutKeyword(draft: Draft, key: number): Draft {
  return { ...draft, keywords: draft.keywords.filter((keyword) => keyword.key !== key) };
}

/** The definition that the draft stands for now, good or not. */
export function definitionOf(draft: Draft, direction: Definition["direction"]): Definition {
  return { type: draft.type.trim(), description: draft.description.trim(), direction, keywords: draft.keywords.map(keywordOf) };
}

function keywordOf({ name, type, value, values }: KeywordDraft): Keyword {
  switch (type) {
    case "FixedValue":
      return { name: name.trim(), type, value };
    case "MultipleChoice":
      return { name: name.trim(), type, values };
    case "FreeValue":
      return { name: name.trim(), type };
  }
}

const text = strings.messages.problems;

/** What is wrong with the draft, by field: "type", or a keyword's key and "name" or "value". */
export function problemsOf({ type, keywords }: Draft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  if (!isName(type.trim())) problems.set("type", text.name);
  const names = keywords.map(({ name }) => name.trim());
  for (const { key, name, type: kind, value, values } of keywords) {
    if (!isName(name.trim())) problems.set(`${key} name`, text.name);
    else if (names.filter((other) => other === name.trim()).length > 1) problems.set(`${key} name`, text.twice);
    if (kind === "FixedValue" && value === "") problems.set(`${key} value`, text.value);
    if (kind === "MultipleChoice" && values.length === 0) problems.set(`${key} value`, text.choices);
  }
  return problems;
}

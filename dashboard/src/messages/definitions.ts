import { useEffect } from "preact/hooks";
import { http } from "../api/http";
import type { Definition, JsonObject, Keyword } from "../api/types";
import { useQuery, type Query } from "../ui/useQuery";

/** Other pages of this browser hear of a change at once. */
const CHANNEL = "iottly.definitions";

/** The project's definitions; asked for again when another page of this browser changed them, or this one is looked at again. */
export function useDefinitions(project: string): Query<{ definitions: Definition[] }> {
  const query = useQuery(`definitions of ${project}`, (signal) =>
    http.get<{ definitions: Definition[] }>(`project/${project}/definitions`, {}, signal),
  );
  const { reload } = query;
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    const seen = () => document.visibilityState === "visible" && reload();
    channel.onmessage = ({ data }) => data === project && reload();
    document.addEventListener("visibilitychange", seen);
    return () => {
      channel.close();
      document.removeEventListener("visibilitychange", seen);
    };
    // `reload` is another function each time, but does the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [project]);
  return query;
}

export function definitionsChanged(project: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(project);
  channel.close();
}

/** What of a message is left open by its definition is said in words. */
export interface Words {
  free: string;
  or: string;
}

/** The wire form of a definition: `{"<type>": {"<keyword>": <value>}}`. */
export function wireForm({ type, keywords }: Pick<Definition, "type" | "keywords">, words: Words): JsonObject {
  return { [type]: Object.fromEntries(keywords.map((keyword) => [keyword.name, valueForm(keyword, words)])) };
}

function valueForm(keyword: Keyword, words: Words): string {
  switch (keyword.type) {
    case "FixedValue":
      return keyword.value;
    case "MultipleChoice":
      return keyword.values.join(` ${words.or} `);
    case "FreeValue":
      return words.free;
  }
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

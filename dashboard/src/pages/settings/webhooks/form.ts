import type { Webhook } from "../../../api/types";

/** What a person enters for a webhook. */
export interface WebhookForm {
  description: string;
  url: string;
  type: Webhook["type"];
  channel: string;
  payload_only: boolean;
  headers: HeaderRow[];
}

export interface HeaderRow {
  key: number;
  name: string;
  value: string;
  /** The platform has a value already, which it never shows; without another one it stays. */
  kept: boolean;
}

/** As many as the contract allows. */
export const MOST_HEADERS = 5;

export function formOf(webhook: Webhook | undefined): WebhookForm {
  return {
    description: webhook?.description ?? "",
    url: webhook?.url ?? "",
    type: webhook?.type ?? "user",
    channel: webhook?.channel ?? "",
    payload_only: webhook?.payload_only ?? false,
    headers: (webhook?.headers ?? []).map(({ name }, key) => ({ key, name, value: "", kept: true })),
  };
}

export function withHeader(form: WebhookForm): WebhookForm {
  const key = Math.max(-1, ...form.headers.map((row) => row.key)) + 1;
  return { ...form, headers: [...form.headers, { key, name: "", value: "", kept: false }] };
}

/** The body of the call: an empty channel is every channel; a header without a value keeps its own. */
export function bodyOf({ description, url, channel, headers, ...rest }: WebhookForm) {
  return {
    ...rest,
    description: description.trim(),
    url: url.trim(),
    channel: channel === "" ? null : channel,
    headers: headers
      .filter(({ name }) => name.trim() !== "")
      .map(({ name, value, kept }) => ({ name: name.trim(), ...(!(kept && value === "") && { value }) })),
  };
}

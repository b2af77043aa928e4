import { expect, it } from "vitest";
import type { Webhook } from "../../../api/types";
import { bodyOf, formOf, withHeader } from "./form";

const webhook = {
  description: "Billing",
  url: "https://x.example/",
  type: "iottly",
  channel: null,
  payload_only: true,
  headers: [{ name: "X-Token", value: "•••" }],
} as unknown as Webhook;

it("a header whose value is not entered anew keeps it", () => {
  expect(bodyOf(formOf(webhook)).headers).toEqual([{ name: "X-Token" }]);
  const form = formOf(webhook);
  form.headers[0]!.value = "new";
  expect(bodyOf(form).headers).toEqual([{ name: "X-Token", value: "new" }]);
});

it("a new header is sent with its value, one without a name is left out", () => {
  const form = withHeader(withHeader(formOf(undefined)));
  form.headers[0]!.name = " X-A ";
  expect(bodyOf(form).headers).toEqual([{ name: "X-A", value: "" }]);
});

it("no channel is every channel", () => {
  expect(bodyOf(formOf(undefined)).channel).toBeNull();
  expect(bodyOf({ ...formOf(undefined), channel: "alarms" }).channel).toBe("alarms");
});

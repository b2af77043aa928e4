import { expect, it } from "vitest";
import type { Project } from "../../../api/types";
import { bodyOf, formOf } from "./form";

const project: Project = {
  id: "p",
  name: "Cold rooms",
  type: "Linux ARM64",
  tags: ["north"],
  license_cap: null,
  retention_seconds: 2_592_000,
  retention_bytes: 10 * 2 ** 30,
  approve_reregistration: true,
  created: "2026-01-01T00:00:00Z",
};

it("settings are shown in days and GiB", () => {
  expect(formOf(project)).toMatchObject({ days: "30", gibibytes: "10", cap: "" });
});

it("settings nobody has touched are sent as they are", () => {
  const untouched = bodyOf(formOf(project));
  expect({ ...project, ...untouched }).toEqual(project);
  expect(Object.keys(untouched)).toHaveLength(7);
  const odd = { ...project, retention_seconds: 3_601, retention_bytes: 1_234_567, license_cap: 5 };
  expect(bodyOf(formOf(odd))).toMatchObject({ retention_seconds: 3_601, retention_bytes: 1_234_567, license_cap: 5 });
});

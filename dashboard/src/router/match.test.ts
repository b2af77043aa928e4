import { expect, it } from "vitest";
import { match } from "./match";

it("a path gives the parameters of its pattern", () => {
  expect(match("/projects/:project/devices/:device", "/projects/p1/devices/d%201/")).toEqual({ project: "p1", device: "d 1" });
});

it("a path of another form does not match", () => {
  expect(match("/projects/:project", "/projects")).toBeUndefined();
  expect(match("/projects/:project", "/projects/p/console")).toBeUndefined();
  expect(match("/account", "/projects")).toBeUndefined();
});

it("what can't be decoded is taken as it is", () => {
  expect(match("/projects/:project", "/projects/%zz")).toEqual({ project: "%zz" });
});

import { expect, it } from "vitest";
import { browserOf } from "./browserOf";

it("a user agent is said as a person would", () => {
  expect(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).toBe("Firefox on Linux");
  expect(browserOf("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0")).toBe("Edge on Windows");
  expect(browserOf("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1")).toBe("Safari on iOS");
});

it("one nobody knows stays as it is", () => {
  expect(browserOf("okhttp/5.0")).toBe("okhttp/5.0");
});

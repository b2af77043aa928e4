import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, everything, http, pageOf, url, setCsrfToken, whenSignedOut } from "./http";

function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const fetched = vi.fn<(address: string, init: RequestInit) => Promise<Response>>(() =>
    Promise.resolve(new Response(body, { status, headers })),
  );
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

afterEach(() => vi.unstubAllGlobals());

describe("a request", () => {
  it("leaves out of the query what is not given", () => {
    expect(url("projects", { search: "", tag: undefined, limit: 5 })).toBe("/v1.0/projects?limit=5");
  });

  it("sends the session's token with what changes something, and with nothing else", async () => {
    setCsrfToken("t0ken");
    const fetched = answering(200, "{}");
    await http.get("session");
    await http.put("session/password", {});
    const tokens = fetched.mock.calls.map(([, init]) => (init.headers as Record<string, string>)["X-CSRF-Token"]);
    expect(tokens).toEqual([undefined, "t0ken"]);
  });
});

describe("a refusal", () => {
  it("carries the server's sentence, code and pause", async () => {
    answering(429, '{"error": "Too many.", "code": "too_many_attempts"}', { "Retry-After": "7" });
    await expect(http.get("x")).rejects.toEqual(new ApiError(429, "too_many_attempts", "Too many.", 7));
  });

  it("that is not in JSON says the status", async () => {
    answering(502, "<html>bad gateway</html>");
    await expect(http.get("x")).rejects.toMatchObject({ status: 502, code: "http_502" });
  });

  it("for want of a session tells who listens", async () => {
    const listener = vi.fn();
    whenSignedOut(listener);
    answering(401, '{"error": "You are not signed in.", "code": "not_signed_in"}');
    await expect(http.get("x")).rejects.toThrow();
    expect(listener).toHaveBeenCalledOnce();
  });

  it("by the network is an error of its own", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(http.get("x")).rejects.toMatchObject({ isUnreachable: true, code: "unreachable" });
  });
});

it("a whole list is read page by page", async () => {
  const pages = [
    { keys: [1, 2], more: true, cursor: "a" },
    { keys: [3], more: false },
  ];
  const asked: (string | undefined)[] = [];
  const all = await everything((cursor) => {
    asked.push(cursor);
    const answer = pages[asked.length - 1] ?? { keys: [], more: false };
    return Promise.resolve(pageOf(answer.keys, answer));
  });
  expect(all).toEqual([1, 2, 3]);
  expect(asked).toEqual([undefined, "a"]);
});

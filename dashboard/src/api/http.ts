/**
 * The one road to the HTTP API: JSON both ways, the session's CSRF token on what changes something, and
 * every refusal as an {@link ApiError} with the server's own sentence.
 */

/** A refusal by the server, or a request that never reached it (`status` 0, `code` "unreachable"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** After how many seconds it may be tried again, when the server said so. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = "ApiError";
  }

  get isUnreachable(): boolean {
    return this.status === 0;
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

interface Request {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
}

const BASE = "/v1.0/";
const UNREACHABLE = "The platform can't be reached. Look whether this device is online; it is tried again by itself.";

let csrfToken = "";
let onSignedOut: () => void = () => undefined;

/** The token of the session, which the server gives with `GET session`. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Told when the server says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export function url(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return BASE + path + (text === "" ? "" : `?${text}`);
}

export const http = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    send<T>("GET", path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T>(path: string, body: unknown = {}, query?: Query) => send<T>("POST", path, { body, ...(query && { query }) }),
  put: <T>(path: string, body: unknown) => send<T>("PUT", path, { body }),
  patch: <T>(path: string, body: unknown) => send<T>("PATCH", path, { body }),
  delete: <T>(path: string, query?: Query) => send<T>("DELETE", path, query && { query }),
};

async function send<T>(method: string, path: string, request: Request = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  const response = await reach(url(path, request.query), {
    method,
    headers,
    credentials: "same-origin",
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    ...(request.signal && { signal: request.signal }),
  });
  if (response.ok) return (await response.json()) as T;
  throw await refusal(response);
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "unreachable", UNREACHABLE);
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const said = await sentence(response);
  const retryAfter = Number(response.headers.get("Retry-After") ?? "") || undefined;
  const error = new ApiError(response.status, said.code, said.error, retryAfter);
  if (error.code === "not_signed_in") onSignedOut();
  return error;
}

/** A proxy in between may answer with something that is not ours. */
async function sentence(response: Response): Promise<{ error: string; code: string }> {
  try {
    const { error, code } = (await response.json()) as { error?: string; code?: string };
    if (error) return { error, code: code ?? `http_${response.status}` };
  } catch {
    // Not JSON; the status is all there is to say.
  }
  return { error: `The server answered ${response.status} ${response.statusText}.`, code: `http_${response.status}` };
}

/** Runs through the pages of a list: `next` is called with the cursor of the page before. */
export async function everything<E>(next: (cursor?: string) => Promise<Page<E>>): Promise<E[]> {
  const all: E[] = [];
  let page = await next();
  all.push(...page.elements);
  while (page.cursor !== undefined) {
    page = await next(page.cursor);
    all.push(...page.elements);
  }
  return all;
}

/** A part of a list, and where the rest begins. */
export interface Page<E> {
  elements: E[];
  cursor?: string;
}

/** A list's answer, such as `{"keys": […], "more": false}`, as a page. */
export function pageOf<E>(elements: E[], answer: { more: boolean; cursor?: string }): Page<E> {
  return answer.more && answer.cursor !== undefined ? { elements, cursor: answer.cursor } : { elements };
}

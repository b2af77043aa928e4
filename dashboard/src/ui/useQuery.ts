import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api/http";

/** What is known of something that the server was asked for. What was there stays while it is asked again. */
export interface Query<T> {
  data: T | undefined;
  error: ApiError | undefined;
  reload: () => void;
  /** Puts in place what a change has answered, without asking. */
  put: (data: T) => void;
}

const RETRY_AFTER = 4_000;

/** Asks the server when the page appears and when `key` changes; asks again while it can't be reached. */
export function useQuery<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Query<T> {
  const [known, setKnown] = useState<{ key: string; data?: T; error?: ApiError }>({ key });
  const [turn, setTurn] = useState(0);
  const latest = useRef(read);
  latest.current = read;

  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    latest.current(abort.signal).then(
      (data) => !abort.signal.aborted && setKnown({ key, data }),
      (reason: unknown) => {
        if (abort.signal.aborted) return;
        const error = asApiError(reason);
        setKnown((before) => ({ key, error, ...(before.key === key && before.data !== undefined && { data: before.data }) }));
        if (error.isUnreachable) timer = window.setTimeout(() => setTurn((n) => n + 1), RETRY_AFTER);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, turn]);

  const current = known.key === key ? known : undefined;
  return {
    data: current?.data,
    error: current?.error,
    reload: () => setTurn((n) => n + 1),
    put: (data) => setKnown({ key, data }),
  };
}

/** A mistake of ours is shown too, instead of a page that never ends loading. */
function asApiError(reason: unknown): ApiError {
  if (reason instanceof ApiError) return reason;
  console.error(reason);
  return new ApiError(-1, "page_error", `The page could not show this: ${String(reason)}`);
}

import { useState } from "preact/hooks";
import { ApiError } from "../api/http";

/** Something a person sets off, such as sending a form: one at a time, and its refusal is kept to be shown. */
export interface Action<A extends unknown[]> {
  run: (...input: A) => Promise<boolean>;
  busy: boolean;
  error: string | undefined;
  clear: () => void;
}

/** `run` answers whether it worked. */
export function useAction<A extends unknown[]>(act: (...input: A) => Promise<unknown>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  return {
    busy,
    error,
    clear: () => setError(undefined),
    run: async (...input) => {
      if (busy) return false;
      setBusy(true);
      setError(undefined);
      try {
        await act(...input);
        return true;
      } catch (reason) {
        if (!(reason instanceof ApiError)) throw reason;
        setError(reason.message);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

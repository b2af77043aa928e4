import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, http } from "../../api/http";
import type { Message } from "../../api/types";
import { useHere } from "../../layout/project";
import type { From, StreamEvent } from "../../stream/frames";
import { cleared, emptyBook, paused, resumed, withEvents, withPast, type LogBook } from "./logBook";

interface PastPage {
  messages: Message[];
  more: boolean;
  cursor?: string;
}

/** The log of a device, and what can be done with it. */
export interface Log {
  book: LogBook;
  /** Whether there are older messages that can be asked for. */
  more: boolean;
  reading: boolean;
  problem: string | undefined;
  older: () => void;
  pause: () => void;
  resume: () => void;
  clear: () => void;
}

const PAGE = 50;

async function readPast(project: string, device: string, cursor?: string): Promise<PastPage> {
  try {
    return await http.get<PastPage>(`project/${project}/device/${device}/messages/paginated`, { l: PAGE, cursor });
  } catch (error) {
    // The original API says so when nothing matches.
    if (error instanceof ApiError && error.code === "no_messages") return { messages: [], more: false };
    throw error;
  }
}

/**
 * Reads the newest messages and goes on with the stream from the newest one's moment, so that there is neither a gap nor a
 * repeat between the two: what the stream tells again is left out of what was read.
 */
function seam(page: PastPage): { messages: Message[]; from: From } {
  const newest = page.messages[0]?.timestamp;
  if (newest === undefined) return { messages: [], from: { time: "1970-01-01" } };
  return { messages: page.messages.filter(({ timestamp }) => timestamp !== newest), from: { time: newest } };
}

export function useLog(device: string): Log {
  const { project, stream } = useHere();
  const [book, setBook] = useState<LogBook>(emptyBook);
  const [cursor, setCursor] = useState<string>();
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<string>();
  const shown = useRef(device);
  shown.current = device;

  const read = async (from: string | undefined, then: (page: PastPage) => void) => {
    setReading(true);
    setProblem(undefined);
    try {
      const page = await readPast(project.id, device, from);
      if (shown.current !== device) return;
      setCursor(page.more ? page.cursor : undefined);
      then(page);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setReading(false);
    }
  };

  useEffect(() => {
    setBook(emptyBook);
    setCursor(undefined);
    let waiting: StreamEvent[] = [];
    let frame = 0;
    let end: () => void = () => undefined;
    let left = false;
    // Many messages may come between two pictures; they are drawn together.
    const draw = () => {
      const events = waiting;
      waiting = [];
      frame = 0;
      setBook((before) => withEvents(before, events));
    };
    const events = (arrived: StreamEvent[]) => {
      waiting.push(...arrived);
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    void read(undefined, (page) => {
      if (left) return;
      const { messages, from } = seam(page);
      setBook((before) => withPast(before, messages));
      end = stream.subscribe({ kinds: ["message", "command"], devices: [device] }, { events, failed: setProblem }, from);
    });
    return () => {
      left = true;
      end();
      cancelAnimationFrame(frame);
    };
    // `read` is of this device and project, which are here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [device, project.id, stream]);

  return {
    book,
    more: cursor !== undefined,
    reading,
    problem,
    older: () => void read(cursor, ({ messages }) => setBook((before) => withPast(before, messages))),
    pause: () => setBook(paused),
    resume: () => setBook(resumed),
    clear: () => setBook(cleared),
  };
}

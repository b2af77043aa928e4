import { useEffect, useState } from "preact/hooks";
import { ApiError, http } from "../../api/http";
import type { Command } from "../../api/types";
import { useHere } from "../../layout/project";
import type { StreamEvent } from "../../stream/frames";

/** The newest commands of a device, each with the state it is in now. */
export interface RecentCommands {
  list: readonly Command[] | undefined;
  error: ApiError | undefined;
  /** A command that was just sent or changed by us. */
  put: (command: Command) => void;
}

const SHOWN = 10;

export function useCommands(device: string): RecentCommands {
  const { project, stream } = useHere();
  const [list, setList] = useState<readonly Command[]>();
  const [error, setError] = useState<ApiError>();
  const path = `project/${project.id}/device/${device}/command`;
  const put = (command: Command) => setList((before) => withCommand(before ?? [], command));

  useEffect(() => {
    let left = false;
    const guarded = (work: Promise<void>) =>
      work.catch((reason: unknown) => {
        if (!(reason instanceof ApiError)) throw reason;
        if (!left) setError(reason);
      });
    const read = async () => {
      const { commands } = await http.get<{ commands: Command[] }>(path, { limit: SHOWN });
      if (!left) setList((before) => [...commands].reverse().reduce(withCommand, before ?? []));
    };
    const look = async (id: string) => {
      const command = await http.get<Command>(`${path}/${id}`);
      if (!left) put(command);
    };
    // An event says the state alone; the command has the rest of it.
    const events = (arrived: StreamEvent[]) => {
      const changed = new Set(arrived.flatMap((event) => (event.kind === "command" ? [event.command] : [])));
      changed.forEach((id) => void guarded(look(id)));
    };
    const end = stream.subscribe({ kinds: ["command"], devices: [device] }, { events });
    void guarded(read());
    return () => {
      left = true;
      end();
    };
  }, [path, device, stream]);

  return { list, error, put };
}

/** An answer that was overtaken by a later one changes nothing. */
export function withCommand(list: readonly Command[], command: Command): readonly Command[] {
  const known = list.find(({ id }) => id === command.id);
  if (known === undefined) return [command, ...list].slice(0, SHOWN);
  if (known.changed > command.changed) return list;
  return list.map((other) => (other.id === command.id ? command : other));
}

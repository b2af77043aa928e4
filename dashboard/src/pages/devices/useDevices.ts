import { useEffect, useRef } from "preact/hooks";
import { ApiError, everything, http, pageOf } from "../../api/http";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import type { StreamEvent } from "../../stream/frames";
import { tellProblem } from "../../ui/toasts";
import { useQuery, type Query } from "../../ui/useQuery";
import { after } from "./fleet";

/** Events that come close together change the page once. */
const GATHERED_FOR = 150;

export function readDevices(project: string, signal?: AbortSignal): Promise<Device[]> {
  return everything(async (cursor) => {
    const answer = await http.get<{ devices: Device[]; more: boolean; cursor?: string }>(`project/${project}/devices`, { limit: 1000, cursor }, signal);
    return pageOf(answer.devices, answer);
  });
}

/** The project's devices as they are now: read once, then kept up by the live stream. */
export function useDevices(): Query<Device[]> {
  const { project, stream } = useHere();
  const query = useQuery(project.id, (signal) => readDevices(project.id, signal));
  const latest = useRef(query);
  latest.current = query;
  const isKnown = query.data !== undefined;

  useEffect(() => {
    if (!isKnown) return;
    let gathered: StreamEvent[] = [];
    let timer = 0;
    const apply = async () => {
      const events = gathered;
      gathered = [];
      timer = 0;
      const { devices, unknown } = after(latest.current.data ?? [], events);
      latest.current.put(devices);
      if (unknown.length === 0) return;
      const found = await Promise.all(unknown.map((id) => readDevice(project.id, id)));
      const now = latest.current.data ?? [];
      const added = found.filter((device) => device !== undefined && now.every(({ id }) => id !== device.id)) as Device[];
      latest.current.put([...now, ...added]);
    };
    const unsubscribe = stream.subscribe(
      { kinds: ["presence"] },
      {
        events: (events) => {
          gathered.push(...events);
          timer ||= window.setTimeout(() => void apply().catch(tellProblem), GATHERED_FOR);
        },
        lagged: () => latest.current.reload(),
      },
    );
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [isKnown, project.id, stream]);
  return query;
}

/** Nobody, when it was removed meanwhile. */
async function readDevice(project: string, id: string): Promise<Device | undefined> {
  try {
    return await http.get<Device>(`project/${project}/device/${id}`);
  } catch (error) {
    if (error instanceof ApiError && error.code === "wrong_device") return undefined;
    throw error;
  }
}

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { http } from "../api/http";
import type { Project, Scope } from "../api/types";
import { may } from "../session/session";
import type { Connection } from "../stream/connection";
import { streamOf } from "../stream/browser";
import { Shown } from "../ui/states";
import { useQuery } from "../ui/useQuery";
import { HereContext } from "./project";
import { Shell } from "./Shell";

/** What the pages of a project share: the project and one live stream. */
export function ProjectFrame({ id, children }: { id: string; children: ComponentChildren }) {
  const project = useQuery(id, (signal) => http.get<Project>(`project/${id}`, {}, signal));
  const stream = useStream(id);
  const here = useMemo(
    () =>
      project.data && stream && { project: project.data, stream, may: (scope: Scope) => may(scope, id), changed: project.put },
    // `put` is another function each time, but does the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [project.data, stream, id],
  );
  if (!here) {
    return (
      <Shell>
        <Shown query={project}>{() => null}</Shown>
      </Shell>
    );
  }
  return (
    <HereContext.Provider value={here}>
      <Shell here={here}>{children}</Shell>
    </HereContext.Provider>
  );
}

function useStream(project: string): Connection | undefined {
  const [stream, setStream] = useState<Connection>();
  useEffect(() => {
    const opened = streamOf(project);
    const hurry = () => document.visibilityState === "visible" && opened.hurry();
    addEventListener("online", hurry);
    document.addEventListener("visibilitychange", hurry);
    setStream(opened);
    return () => {
      removeEventListener("online", hurry);
      document.removeEventListener("visibilitychange", hurry);
      opened.close();
    };
  }, [project]);
  return stream;
}

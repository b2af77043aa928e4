import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Project, Scope } from "../api/types";
import type { Connection } from "../stream/connection";

/** The project whose page is shown, and its live stream. */
export interface Here {
  project: Project;
  stream: Connection;
  may: (scope: Scope) => boolean;
  /** A change of the project's settings, for what shows its name. */
  changed: (project: Project) => void;
}

export const HereContext = createContext<Here | undefined>(undefined);

/** Only for pages of a project. */
export function useHere(): Here {
  const here = useContext(HereContext);
  if (!here) throw new Error("this page is not within a project");
  return here;
}

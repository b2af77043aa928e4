import { useEffect, useRef } from "preact/hooks";
import { http } from "../../api/http";
import type { NumericField, Telemetry } from "../../api/types";
import { useHere } from "../../layout/project";
import { useQuery, type Query } from "../../ui/useQuery";
import type { TimeRange } from "./Chart";

export interface Wanted {
  devices: string[];
  fields: string[];
  range: TimeRange;
  points?: number;
}

/** A moving chart is asked for again this long after something came, and not more often. */
const REFRESH_AFTER = 2_000;

/** The numbers of that time; asked for again while the time moves on. */
export function useTelemetry({ devices, fields, range, points = 600 }: Wanted): Query<Telemetry> {
  const { project } = useHere();
  const key = [project.id, devices, fields, range.from, range.to, points].join(" ");
  return useQuery(key, (signal) =>
    http.get<Telemetry>(
      `project/${project.id}/telemetry`,
      { devices: devices.join(","), fields: fields.join(","), from: range.from, to: range.to, points },
      signal,
    ),
  );
}

/** Calls when one of the devices has sent something, at most every two seconds. */
export function useNews(devices: string[], isWanted: boolean, call: () => void): void {
  const { stream } = useHere();
  const latest = useRef(call);
  latest.current = call;
  const key = devices.join(" ");
  useEffect(() => {
    if (!isWanted || key === "") return;
    let timer = 0;
    const unsubscribe = stream.subscribe(
      { kinds: ["message"], devices: key.split(" ") },
      {
        events: () => {
          timer ||= window.setTimeout(() => {
            timer = 0;
            latest.current();
          }, REFRESH_AFTER);
        },
      },
    );
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [key, isWanted, stream]);
}

export function useFields(device: string | undefined): Query<NumericField[]> {
  const { project } = useHere();
  return useQuery(`${project.id} ${device ?? ""}`, async (signal) => {
    if (device === undefined) return [];
    const { fields } = await http.get<{ fields: NumericField[] }>(`project/${project.id}/device/${device}/telemetry/fields`, {}, signal);
    return fields;
  });
}

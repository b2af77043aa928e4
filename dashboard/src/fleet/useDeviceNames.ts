import { useMemo } from "preact/hooks";
import { useDevices } from "../pages/devices/useDevices";

/** How the project's devices are called; one that is gone, or not known yet, by the begin of its id. */
export function useDeviceNames(): (id: string) => string {
  const devices = useDevices().data;
  return useMemo(() => {
    const names = new Map(devices?.map(({ id, name }) => [id, name]));
    return (id: string) => names.get(id) ?? id.slice(0, 8);
  }, [devices]);
}

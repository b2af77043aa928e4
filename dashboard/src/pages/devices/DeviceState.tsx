import type { Device } from "../../api/types";
import { strings } from "../../strings.en";
import { Status } from "../../ui/Status";
import { Time } from "../../ui/Time";
import { reasonOf, toneOf } from "./fleet";

/** Whether it is connected; if not, since when nothing was heard of it. */
export function DeviceState({ device }: { device: Device }) {
  return (
    <Status tone={toneOf(device)} title={reasonOf(device)}>
      {device.status === "connected" ? (
        strings.status.connected
      ) : device.last_seen === null ? (
        strings.status.never
      ) : (
        <span>
          {strings.status.lastSeen} <Time at={device.last_seen} />
        </span>
      )}
    </Status>
  );
}

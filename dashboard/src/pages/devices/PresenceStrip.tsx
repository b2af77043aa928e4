import { http } from "../../api/http";
import type { Device, DeviceStatus } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { Card } from "../../ui/Page";
import { Shown } from "../../ui/states";
import { Status } from "../../ui/Status";
import { Time, present } from "../../ui/Time";
import { moment } from "../../ui/time";
import { useQuery } from "../../ui/useQuery";
import { lengthOf, shareConnected, stretchesOf, type Change, type Stretch } from "./presence";

const text = strings.device;
const WEEK = 7 * 86_400_000;
const LISTED = 6;
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

interface Extended {
  timestamp: { $date: string };
  payload: { connectionstatus: DeviceStatus };
}

/** When the device was connected, as a strip and in words. */
export function PresenceStrip({ device }: { device: Device }) {
  const { project } = useHere();
  // Asked for again when its state has changed.
  const key = `${project.id} ${device.id} ${device.status} ${device.last_seen ?? ""}`;
  const changes = useQuery(key, async (signal) => {
    const filter = JSON.stringify({ type: "iottlyagent", "payload.connectionstatus": { $exists: true } });
    const answer = await http.get<{ messages: Extended[] }>(`project/${project.id}/messages/${device.id}`, { numMessages: 100, queryJson: filter }, signal);
    return answer.messages.map(({ timestamp, payload }): Change => ({ at: moment(timestamp.$date).getTime(), status: payload.connectionstatus }));
  });
  return (
    <Card title={text.presence} lead={text.presenceLead}>
      <Shown query={changes} lines={3}>
        {(known) => (known.length === 0 ? <p class="faint">{text.presenceNone}</p> : <Strip changes={known} />)}
      </Shown>
    </Card>
  );
}

function Strip({ changes }: { changes: Change[] }) {
  const now = present.value.getTime();
  const stretches = stretchesOf(changes, now - WEEK, now);
  const share = shareConnected(stretches);
  return (
    <>
      <svg class="strip" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label={text.presenceLabel(PERCENT.format(share ?? 0))}>
        {stretches.map(({ from, to, status }) => (
          <rect
            key={from}
            class={`strip-${status ?? "unknown"}`}
            x={((from - now + WEEK) / WEEK) * 1000}
            width={Math.max(1.5, ((to - from) / WEEK) * 1000)}
            y="0"
            height="24"
          />
        ))}
      </svg>
      <div class="strip-scale faint small" aria-hidden="true">
        {[7, 6, 5, 4, 3, 2, 1].map((days) => (
          <span key={days}>{new Date(now - days * 86_400_000).toLocaleDateString("en", { weekday: "short" })}</span>
        ))}
        <span>{text.now}</span>
      </div>
      <ul class="rows">
        {stretches
          .filter(({ status }) => status !== undefined)
          .slice(-LISTED)
          .reverse()
          .map((stretch) => (
            <StretchLine key={stretch.from} stretch={stretch} isFirst={stretch.from === now - WEEK} />
          ))}
      </ul>
    </>
  );
}

function StretchLine({ stretch: { from, to, status }, isFirst }: { stretch: Stretch; isFirst: boolean }) {
  return (
    <li class="row row-small">
      <Status tone={status === "connected" ? "good" : "bad"}>{status === "connected" ? strings.devices.connected : strings.devices.disconnected}</Status>
      <span>{text.presenceFor(lengthOf(to - from))}</span>
      <span class="faint">{!isFirst && <Time at={new Date(from).toISOString()} />}</span>
    </li>
  );
}

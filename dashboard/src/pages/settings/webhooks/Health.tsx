import type { Webhook } from "../../../api/types";
import { strings } from "../../../strings.en";
import { Status, type Tone } from "../../../ui/Status";
import { Time } from "../../../ui/Time";

const text = strings.webhooks;

function toneOf({ state, failing_since }: Webhook): Tone {
  if (state === "disabled") return "bad";
  if (state === "paused") return "idle";
  return failing_since === null ? "good" : "warn";
}

/** How a webhook is, in a line: what it does, since when it fails, and what waits or was given up. */
export function Health({ webhook }: { webhook: Webhook }) {
  const { state, failing_since, parked_devices, dead_letters, missed } = webhook;
  const failing = state === "active" && failing_since !== null;
  return (
    <div class="health">
      <Status tone={toneOf(webhook)}>
        {failing ? (
          <span>
            {text.failing} <Time at={failing_since} />
          </span>
        ) : (
          text.states[state]
        )}
      </Status>
      {parked_devices > 0 && <span class="badge badge-warn">{text.parked(parked_devices)}</span>}
      {dead_letters > 0 && <span class="badge badge-bad">{text.deadLetters(dead_letters)}</span>}
      {missed > 0 && <span class="badge badge-bad">{text.missed(missed)}</span>}
    </div>
  );
}

import { useEffect, useState } from "preact/hooks";
import { http } from "../../api/http";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { go } from "../../router/router";
import { strings } from "../../strings.en";
import { Button, ButtonLink } from "../../ui/Button";
import { Copyable } from "../../ui/CopyButton";
import { TextField } from "../../ui/fields";
import { Icon } from "../../ui/Icon";
import { Card, Page } from "../../ui/Page";
import { Problem } from "../../ui/states";
import { exactly, moment } from "../../ui/time";
import { Time, present } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { DeviceState } from "./DeviceState";
import { readDevices } from "./useDevices";

const text = strings.addDevice;
const LOOK_EVERY = 2_000;

/** A name that waits for its machine. */
interface Offer {
  name: string;
  code: string;
  expires: string;
  /** When each device there was had registered last: the one that comes is not among them. */
  before: Map<string, string>;
}

/** From a name to a connected device, in one line on the machine. */
export function AddDevice() {
  const { project } = useHere();
  const [offer, setOffer] = useState<Offer>();
  const arrived = useArrival(offer);
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <ButtonLink to={`/projects/${project.id}/devices`} look="quiet">
          {text.back}
        </ButtonLink>
      }
    >
      {!offer && <NameForm onOffer={setOffer} />}
      {offer && !isConnected(arrived) && <Instructions offer={offer} arrived={arrived} again={() => setOffer(undefined)} />}
      {arrived && isConnected(arrived) && <Welcome device={arrived} again={() => setOffer(undefined)} />}
    </Page>
  );
}

function isConnected(device: Device | undefined): boolean {
  return device?.status === "connected";
}

function NameForm({ onOffer }: { onOffer: (offer: Offer) => void }) {
  const { project } = useHere();
  const [name, setName] = useState("");
  const action = useAction(async () => {
    const before = new Map((await readDevices(project.id)).map(({ id, registered }) => [id, registered]));
    const pairing = await http.post<{ pair_code: string; expires: string }>(`project/${project.id}/device`, { name: name.trim() });
    onOffer({ name: name.trim(), code: pairing.pair_code, expires: pairing.expires, before });
  });
  return (
    <Card>
      <form
        class="form form-narrow"
        onSubmit={(event) => {
          event.preventDefault();
          void action.run();
        }}
      >
        <TextField label={text.name} hint={text.nameHint} value={name} onValue={setName} required maxLength={100} autofocus autocomplete="off" />
        <Problem text={action.error} />
        <div class="form-actions form-actions-start">
          <Button type="submit" look="primary" busy={action.busy}>
            {text.create}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Instructions({ offer, arrived, again }: { offer: Offer; arrived: Device | undefined; again: () => void }) {
  const line = `curl -fsSL ${location.origin}/agent/install.sh | sudo sh -s -- --pair-code ${offer.code}`;
  const isExpired = present.value > moment(offer.expires) && !arrived;
  return (
    <>
      <Card title={text.runIt} lead={text.runItHint}>
        <Copyable text={line} label={text.command} />
        <details class="details">
          <summary>{text.alreadyThere}</summary>
          <p>{text.alreadyThereHint}</p>
          <Copyable text={`sudo iottly-agent provision --url ${location.origin} --pair-code ${offer.code}`} label={text.code} />
        </details>
        <p class="faint small" title={exactly(moment(offer.expires))}>
          {text.expires} <Time at={offer.expires} />
        </p>
      </Card>
      <section class="waiting" aria-live="polite">
        {isExpired ? (
          <>
            <Icon name="warning" />
            <p>{text.expired}</p>
            <Button onClick={again}>{text.newCommand}</Button>
          </>
        ) : (
          <>
            <span class="waiting-rings" aria-hidden="true">
              <Icon name="device" size={26} />
            </span>
            <h2>{arrived ? text.paired(arrived.name) : text.waiting}</h2>
            <p class="faint">{text.waitingHint}</p>
          </>
        )}
      </section>
    </>
  );
}

function Welcome({ device, again }: { device: Device; again: () => void }) {
  const { project } = useHere();
  return (
    <section class="welcome" role="status">
      <Sparks />
      <span class="welcome-sign" aria-hidden="true">
        <Icon name="done" size={34} />
      </span>
      <h2>{text.congratulation(device.name)}</h2>
      <DeviceState device={device} />
      <p class="faint">{text.ready}</p>
      <div class="form-actions form-actions-center">
        <Button onClick={again}>{text.again}</Button>
        <Button look="primary" onClick={() => go(`/projects/${project.id}/devices/${device.id}`)}>
          {text.open}
        </Button>
      </div>
    </section>
  );
}

/** A small firework; who prefers less motion sees none. */
function Sparks() {
  return (
    <span class="sparks" aria-hidden="true">
      {Array.from({ length: 14 }, (_, i) => (
        <span key={i} class={`spark spark-${i % 4}`} style={{ rotate: `${(i * 360) / 14}deg` }} />
      ))}
    </span>
  );
}

/** The device that took the offer, once it did; looked for whenever something happens, and now and then. */
function useArrival(offer: Offer | undefined): Device | undefined {
  const { project, stream } = useHere();
  const [arrived, setArrived] = useState<Device>();
  useEffect(() => {
    setArrived(undefined);
    if (!offer) return;
    let isOver = false;
    const look = async () => {
      const { devices } = await http.get<{ devices: Device[] }>(`project/${project.id}/devices`, { search: offer.name, limit: 1000 });
      const found = devices.find(({ id, name, registered }) => name === offer.name && offer.before.get(id) !== registered);
      if (isOver || !found) return;
      setArrived(found);
      if (found.status === "connected") stop();
    };
    // A look that fails is followed by another.
    const tryLook = () => void look().catch(() => undefined);
    const timer = setInterval(tryLook, LOOK_EVERY);
    const unsubscribe = stream.subscribe({ kinds: ["presence"] }, { events: tryLook });
    const stop = () => {
      isOver = true;
      clearInterval(timer);
      unsubscribe();
    };
    return stop;
  }, [offer, project.id, stream]);
  return arrived;
}

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { http } from "../../api/http";
import type { ActivitySlot, Overview as Figures } from "../../api/types";
import { lazy } from "../../layout/lazy";
import { useHere } from "../../layout/project";
import { Link } from "../../router/Link";
import { strings } from "../../strings.en";
import { ButtonLink } from "../../ui/Button";
import { Icon, type IconName } from "../../ui/Icon";
import { Card, Page } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { present } from "../../ui/Time";
import { useQuery } from "../../ui/useQuery";
import { useDevices } from "../devices/useDevices";
import { activityPlot, lostIn, messagesPerMinute } from "./activity";

const text = strings.overview;
const Chart = lazy(async () => (await import("../telemetry/Chart")).Chart);
const AGAIN_AFTER = 15_000;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** How the project does, at a glance. */
export function Overview() {
  const { project, may } = useHere();
  const figures = useFigures(project.id);
  const add = may("provision") && (
    <ButtonLink to={`/projects/${project.id}/devices/add`} look="primary" icon="add">
      {strings.devices.add}
    </ButtonLink>
  );
  return (
    <Page wide title={text.title} actions={figures.data?.devices.count ? add : undefined}>
      <Shown query={figures} lines={8}>
        {(known) =>
          known.devices.count === 0 ? (
            <Empty icon="device" title={text.first} action={add}>
              {text.firstWhy}
            </Empty>
          ) : (
            <Glance figures={known} />
          )
        }
      </Shown>
    </Page>
  );
}

/** Asked for again now and then, and when a device comes or goes. */
function useFigures(project: string) {
  const { stream } = useHere();
  const query = useQuery(project, (signal) => http.get<Figures>(`project/${project}/overview`, {}, signal));
  const reload = useRef(query.reload);
  reload.current = query.reload;
  useEffect(() => {
    let timer = 0;
    const soon = () => {
      timer ||= window.setTimeout(() => {
        timer = 0;
        reload.current();
      }, 500);
    };
    const regularly = setInterval(() => reload.current(), AGAIN_AFTER);
    const unsubscribe = stream.subscribe({ kinds: ["presence"] }, { events: soon });
    return () => {
      clearInterval(regularly);
      clearTimeout(timer);
      unsubscribe();
    };
  }, [stream]);
  return query;
}

function Glance({ figures }: { figures: Figures }) {
  const { devices, webhooks, activity, slot_seconds: slotSeconds } = figures;
  const rate = messagesPerMinute(activity, slotSeconds, present.value.getTime());
  const lost = lostIn(activity);
  const failing = webhooks.failing + webhooks.disabled;
  return (
    <>
      <div class="figures">
        <Figure title={text.connected} value={COUNT.format(devices.connected)} unit={text.connectedOf(devices.count)} tone={devices.connected === devices.count ? "good" : "warn"}>
          <Share part={devices.connected} of={devices.count} />
        </Figure>
        <Figure title={text.messages} value={rate === undefined ? "–" : COUNT.format(rate)} hint={rate === undefined ? text.notYet : text.messagesNow} />
        <Figure
          title={text.webhooks}
          value={webhooks.count === 0 ? "–" : `${webhooks.count - failing - webhooks.paused}/${webhooks.count}`}
          hint={webhooks.count === 0 ? text.webhooksNone : text.webhooksHint}
          {...(failing > 0 && { tone: "bad" as const })}
        />
        <Figure title={text.lost} value={COUNT.format(lost)} hint={text.lostHint} {...(lost > 0 && { tone: "warn" as const })} />
      </div>
      <div class="overview-grid">
        <Attention figures={figures} lost={lost} />
        <Versions versions={figures.agent_versions} all={devices.count} />
        <OverTime title={text.connected} lead={text.connectedLead} slots={activity} slotSeconds={slotSeconds} of={({ connected }) => connected} atLeast={Math.max(1, devices.count)} />
        <OverTime
          title={text.messages}
          lead={text.messagesLead}
          slots={activity}
          slotSeconds={slotSeconds}
          of={({ messages }) => (messages * 60) / slotSeconds}
          atLeast={1}
        />
      </div>
    </>
  );
}

function Figure({ title, value, unit, hint, tone, children }: {
  title: string;
  value: string;
  unit?: string;
  hint?: string;
  tone?: "good" | "warn" | "bad";
  children?: ComponentChildren;
}) {
  return (
    <section class={tone ? `figure figure-${tone}` : "figure"}>
      <h2>{title}</h2>
      <p class="figure-value">
        {value}
        {unit !== undefined && <span> {unit}</span>}
      </p>
      {hint !== undefined && <p class="figure-hint">{hint}</p>}
      {children}
    </section>
  );
}

/** How much of the whole it is; the number beside it says the same. */
function Share({ part, of }: { part: number; of: number }) {
  return (
    <span class="share" aria-hidden="true">
      <span style={{ width: `${(100 * part) / Math.max(1, of)}%` }} />
    </span>
  );
}

function OverTime({ title, lead, slots, slotSeconds, of, atLeast }: {
  title: string;
  lead: string;
  slots: ActivitySlot[];
  slotSeconds: number;
  of: (slot: ActivitySlot) => number;
  atLeast: number;
}) {
  const now = present.value.getTime();
  const from = Math.max(now - DAY, Math.min(Date.parse(slots[0]?.start ?? ""), now - HOUR));
  // The function is another one each time, but does the same.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const plot = useMemo(() => activityPlot(slots, slotSeconds, of), [slots, slotSeconds]);
  return (
    <Card title={title} lead={lead}>
      {plot.times.length === 0 ? (
        <p class="chart-empty chart-empty-low">{text.notYet}</p>
      ) : (
        <Chart plot={plot} names={[title]} unit="none" range={{ from, to: now }} label={`${title}. ${lead}`} height={180} filled together="activity" atLeast={atLeast} />
      )}
    </Card>
  );
}

function Versions({ versions, all }: { versions: Figures["agent_versions"]; all: number }) {
  const { project } = useHere();
  return (
    <Card title={text.agents} lead={text.agentsLead}>
      <ul class="versions">
        {versions.slice(0, 6).map(({ agent_version: version, devices }) => (
          <li key={version ?? ""}>
            <Link to={`/projects/${project.id}/devices${version === null ? "" : `?version=${encodeURIComponent(version)}`}`}>{version ?? text.noVersion}</Link>
            <Share part={devices} of={all} />
            <span>{COUNT.format(devices)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What a person should look at, the most urgent first. */
function Attention({ figures, lost }: { figures: Figures; lost: number }) {
  const { project, may } = useHere();
  const { data: devices = [] } = useDevices();
  const { webhooks } = figures;
  const base = `/projects/${project.id}`;
  const hooks = may("manage") ? `${base}/settings/webhooks` : undefined;
  const away = figures.devices.count - figures.devices.connected;
  const waiting = devices.filter(({ awaits_approval: machine }) => machine !== null);
  return (
    <Card title={text.attention}>
      <ul class="rows">
        {waiting.slice(0, 3).map(({ id, name }) => (
          <Line key={id} icon="warning" tone="warn" to={`${base}/devices/${id}`}>
            {text.approve(name)}
          </Line>
        ))}
        {webhooks.disabled > 0 && (
          <Line icon="webhook" tone="bad" to={hooks}>
            {text.webhooksDisabled(webhooks.disabled)}
          </Line>
        )}
        {webhooks.failing > 0 && (
          <Line icon="webhook" tone="bad" to={hooks}>
            {text.webhooksBad(webhooks.failing)}
          </Line>
        )}
        {webhooks.dead_letters > 0 && (
          <Line icon="webhook" tone="bad" to={hooks}>
            {text.deadLetters(webhooks.dead_letters)}
          </Line>
        )}
        {lost > 0 && (
          <Line icon="warning" tone="warn">
            {text.lostWhat(lost)}
          </Line>
        )}
        {away > 0 && (
          <Line icon="offline" tone="warn" to={`${base}/devices?show=disconnected`}>
            {text.devicesAway(away)}
          </Line>
        )}
        {away + lost + webhooks.failing + webhooks.disabled + webhooks.dead_letters + waiting.length === 0 && (
          <li class="row all-well">
            <Icon name="done" />
            <div>
              <strong>{text.allWell}</strong>
              <p class="faint">{text.allWellWhy}</p>
            </div>
          </li>
        )}
      </ul>
    </Card>
  );
}

function Line({ icon, tone, to, children }: { icon: IconName; tone: "warn" | "bad"; to?: string | undefined; children: ComponentChildren }) {
  return (
    <li class={`row attention attention-${tone}`}>
      <Icon name={icon} />
      <span class="row-main">{children}</span>
      {to !== undefined && <Link to={to}>{text.see}</Link>}
    </li>
  );
}

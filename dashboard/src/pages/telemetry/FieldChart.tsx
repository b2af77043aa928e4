import { useMemo } from "preact/hooks";
import type { Telemetry } from "../../api/types";
import { strings } from "../../strings.en";
import { Chart, type TimeRange } from "./Chart";
import { shown, unitOf } from "./numbers";
import { plotOf, type Line } from "./plot";

const text = strings.telemetry;

interface FieldChartProps {
  telemetry: Telemetry;
  field: string;
  title: string;
  /** The name of each device. */
  nameOf: (device: string) => string;
  range: TimeRange;
  height?: number;
  onZoom?: (range: TimeRange) => void;
  actions?: preact.ComponentChildren;
}

/** One number of some devices, with what it was in words below. */
export function FieldChart({ telemetry, field, title, nameOf, range, height, onZoom, actions }: FieldChartProps) {
  const plot = useMemo(() => plotOf(telemetry, field), [telemetry, field]);
  const unit = unitOf(field);
  const names = plot.lines.map(({ device }) => nameOf(device));
  const isEmpty = plot.times.length === 0;
  return (
    <figure class="field-chart">
      <figcaption>
        <h3>{title}</h3>
        {actions}
      </figcaption>
      {isEmpty ? (
        <p class="chart-empty" style={{ minHeight: `${height ?? 220}px` }}>
          {text.noData}
        </p>
      ) : (
        <Chart
          plot={plot}
          names={names}
          unit={unit}
          range={range}
          label={title}
          together="telemetry"
          {...(height !== undefined && { height })}
          {...(onZoom && { onZoom })}
        />
      )}
      <ul class="legend">
        {plot.lines.map((line, i) => (
          <li key={line.device} class={`line-${(i % 8) + 1}`}>
            {plot.lines.length > 1 && (
              <>
                <span class="legend-line" aria-hidden="true" />
                <span class="legend-name">{nameOf(line.device)}</span>
              </>
            )}
            <Sum line={line} show={(value) => shown(value, unit)} />
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Sum({ line: { sum }, show }: { line: Line; show: (value: number) => string }) {
  if (!sum) return <span class="faint">{text.noData}</span>;
  return (
    <dl class="sum">
      {(
        [
          [text.latest, sum.latest],
          [text.min, sum.min],
          [text.average, sum.mean],
          [text.max, sum.max],
        ] as const
      ).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{show(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

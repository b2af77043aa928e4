import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../../layout/theme";
import type { Plot } from "./plot";
import { shown, type Unit } from "./numbers";

export interface TimeRange {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

interface ChartProps {
  plot: Plot;
  /** What each line is called, in their order. */
  names: string[];
  unit: Unit;
  range: TimeRange;
  label: string;
  height?: number;
  /** Told when somebody has dragged over a part of it. */
  onZoom?: (range: TimeRange) => void;
  /** Fills the ground below the line instead of the band between lowest and highest. */
  filled?: boolean;
  /** Charts with the same name show the same moment when one is pointed at. */
  together?: string;
  /** The least that the axis reaches to. */
  atLeast?: number;
}

const COLOURS = 8;

/** Bytes are counted in powers of two, so the axis is too. */
const BYTE_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);

const DATE = "\n{D} {MMM}";
const DAY = 86_400;

/** How moments are written below a chart, by the distance of two: unit, text, and what is added where a year, month, day, hour, minute or second begins. */
const TIMES: uPlot.Axis.Values = [
  [365 * DAY, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * DAY, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [DAY, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", `${DATE} {YYYY}`, null, DATE, null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", `${DATE} {YYYY}`, null, DATE, null, null, null, 1],
];

/** Lines over time with the band between lowest and highest of each point. Lines are broken where nothing was measured. */
export function Chart(props: ChartProps) {
  const { plot, names, unit, range, label, height = 220, onZoom, filled = false, together, atLeast } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const bounds = useRef(range);
  bounds.current = range;
  const colours = theme.value;
  const form = `${names.join("\n")}|${unit}|${height}|${filled}|${together ?? ""}|${colours}`;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const drawn = new uPlot(
      {
        width: Math.max(element.clientWidth, 100),
        height,
        padding: [10, 10, 0, 0],
        legend: { show: false },
        cursor: {
          drag: { x: true, y: false, setScale: false },
          points: { size: 7 },
          ...(together !== undefined && { sync: { key: together } }),
        },
        scales: {
          x: { range: () => [bounds.current.from / 1000, bounds.current.to / 1000] },
          y: { range: (_, min, max) => rangeOf(min, max, atLeast) },
        },
        axes: [
          { ...axis(element), values: TIMES },
          {
            ...axis(element),
            size: 68,
            values: (_, values) => values.map((value) => shown(value, unit)),
            ...(unit === "bytes" && { incrs: BYTE_STEPS }),
          },
        ],
        series: [{}, ...names.flatMap((_, i) => seriesOf(element, i, filled))],
        ...(!filled && { bands: names.map((_, i) => ({ series: [3 * i + 2, 3 * i + 3], fill: colourOf(element, i, 18) })) }),
        hooks: {
          setSelect: [
            (self) => {
              if (self.select.width < 8) return;
              const from = self.posToVal(self.select.left, "x") * 1000;
              const to = self.posToVal(self.select.left + self.select.width, "x") * 1000;
              self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
              zoom.current?.({ from: Math.round(from), to: Math.round(to) });
            },
          ],
          setCursor: [(self) => point(self, element, names, unit)],
        },
      },
      dataOf(plot, filled),
      element,
    );
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.setSize({ width: Math.max(element.clientWidth, 100), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
    // Only another form makes another chart; new values go into the one there is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [form]);

  useEffect(() => {
    chart.current?.setData(dataOf(plot, filled));
  }, [plot, filled, range.from, range.to]);

  return (
    <div class="chart" ref={place} role="img" aria-label={label}>
      <div class="chart-tip" hidden />
    </div>
  );
}

function dataOf({ times, lines }: Plot, filled: boolean): uPlot.AlignedData {
  return [times, ...lines.flatMap(({ mean, min, max }) => (filled ? [mean] : [mean, max, min]))] as uPlot.AlignedData;
}

function seriesOf(element: HTMLElement, i: number, filled: boolean): uPlot.Series[] {
  const line: uPlot.Series = { stroke: colourOf(element, i), width: 1.75, points: { show: isLonely }, spanGaps: false };
  if (filled) return [{ ...line, fill: colourOf(element, i, 16) }];
  const edge: uPlot.Series = { stroke: "transparent", width: 0, points: { show: false }, spanGaps: false };
  return [line, edge, edge];
}

/** Where values are few each has a dot, since one between two gaps has no line. */
function isLonely(self: uPlot, index: number): boolean {
  const values = self.data[index] ?? [];
  return values.filter((value) => value != null).length <= 24;
}

function rangeOf(min: number | null, max: number | null, atLeast?: number): [number, number] {
  if (min === null || max === null) return [0, atLeast ?? 1];
  if (atLeast !== undefined) return [Math.min(0, min), Math.max(atLeast, max * 1.08)];
  const padding = max === min ? Math.abs(max) * 0.1 || 1 : (max - min) * 0.08;
  const low = min - padding;
  return [min >= 0 && low < 0 ? 0 : low, max + padding];
}

function style(element: HTMLElement, name: string): string {
  // Colours are light-dark() pairs, which a canvas does not know: a probe says what they are now.
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function colourOf(element: HTMLElement, i: number, percent = 100): string {
  const colour = style(element, `--line-${(i % COLOURS) + 1}`);
  return percent === 100 ? colour : colour.replace("rgb(", "rgba(").replace(")", `, ${percent / 100})`);
}

function axis(element: HTMLElement): uPlot.Axis {
  const line = style(element, "--line");
  return {
    stroke: style(element, "--ink-soft"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 5 },
  };
}

/** Says beside the pointer when it is, and what each line is then. */
function point(self: uPlot, element: HTMLElement, names: string[], unit: Unit): void {
  const tip = element.querySelector<HTMLElement>(".chart-tip");
  if (!tip) return;
  const { idx, left = -1, top = -1 } = self.cursor;
  const time = idx == null ? undefined : self.data[0][idx];
  tip.hidden = time === undefined || left < 0;
  if (time === undefined || idx == null) return;
  const perLine = (self.series.length - 1) / Math.max(1, names.length);
  const rows = names.flatMap((name, i) => {
    const value = self.data[1 + i * perLine]?.[idx];
    return value == null ? [] : [row(name, shown(value, unit), i, names.length > 1)];
  });
  tip.replaceChildren(heading(time), ...rows);
  tip.hidden ||= rows.length === 0;
  const over = self.over.getBoundingClientRect();
  const around = element.getBoundingClientRect();
  const x = left + over.left - around.left;
  const isRight = x > around.width - tip.offsetWidth - 24;
  tip.style.left = `${isRight ? x - tip.offsetWidth - 14 : x + 14}px`;
  tip.style.top = `${Math.min(Math.max(0, top), Math.max(0, around.height - tip.offsetHeight))}px`;
}

function heading(time: number): HTMLElement {
  const element = document.createElement("p");
  element.textContent = new Date(time * 1000).toLocaleString("en", { dateStyle: "medium", timeStyle: "medium" });
  return element;
}

function row(name: string, value: string, i: number, named: boolean): HTMLElement {
  const element = document.createElement("p");
  element.className = `chart-value line-${(i % COLOURS) + 1}`;
  const strong = document.createElement("strong");
  strong.textContent = value;
  element.append(...(named ? [`${name} `, strong] : [strong]));
  return element;
}

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { strings } from "../strings.en";
import { Icon } from "./Icon";
import { windowOf } from "./window";

export interface Column<R> {
  id: string;
  title: string;
  cell: (row: R) => ComponentChildren;
  /** Makes the column sortable. */
  order?: (a: R, b: R) => number;
  /** As CSS says it, such as "12rem"; columns without one share what is left. */
  width?: string;
  /** The narrowest screen that has it. */
  from?: "tablet" | "desktop";
}

interface DataTableProps<R> {
  /** What the table is of, for who can't see it. */
  label: string;
  rows: R[];
  columns: Column<R>[];
  idOf: (row: R) => string;
  /** By which column it is sorted at first. */
  sorted?: string;
  /** What stands there when there are no rows. */
  empty: ComponentChildren;
}

const ROW_HEIGHT = 48;

/** A table of thousands of rows, of which only those in view are in the page. */
export function DataTable<R>({ label, rows, columns, idOf, sorted, empty }: DataTableProps<R>) {
  const [sort, setSort] = useState({ by: sorted, down: false });
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  const order = columns.find(({ id }) => id === sort.by)?.order;
  const ordered = useMemo(() => {
    if (!order) return rows;
    const copy = [...rows].sort(order);
    return sort.down ? copy.reverse() : copy;
  }, [rows, order, sort.down]);

  const { first, end, before, after } = windowOf(ordered.length, ROW_HEIGHT, view.top, view.height);

  return (
    <div class="data-table" ref={scroller} tabIndex={0} role="region" aria-label={label}>
      <table aria-rowcount={ordered.length + 1}>
        <colgroup>
          {columns.map((column) => (
            <col key={column.id} class={shownFrom(column)} style={column.width === undefined ? {} : { width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.id} class={shownFrom(column)} scope="col" aria-sort={ariaSort(column, sort)}>
                {column.order ? (
                  <button
                    type="button"
                    onClick={() => setSort({ by: column.id, down: sort.by === column.id && !sort.down })}
                    title={strings.table.sortBy(column.title)}
                  >
                    {column.title}
                    {sort.by === column.id && <Icon name={sort.down ? "down" : "up"} size={14} />}
                  </button>
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space height={before} />
          {ordered.slice(first, end).map((row, i) => (
            <tr key={idOf(row)} aria-rowindex={first + i + 2}>
              {columns.map((column) => (
                <td key={column.id} class={shownFrom(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Space height={after} />
        </tbody>
      </table>
      {ordered.length === 0 && empty}
    </div>
  );
}

/** One cell: more would be columns of their own where some are left out. */
function Space({ height }: { height: number }) {
  return height === 0 ? null : (
    <tr aria-hidden="true" class="data-table-space">
      <td style={{ height: `${height}px` }} />
    </tr>
  );
}

function shownFrom<R>({ from }: Column<R>): string {
  return from === undefined ? "" : `from-${from}`;
}

function ariaSort<R>(column: Column<R>, sort: { by: string | undefined; down: boolean }) {
  if (!column.order) return undefined;
  if (column.id !== sort.by) return "none";
  return sort.down ? "descending" : "ascending";
}

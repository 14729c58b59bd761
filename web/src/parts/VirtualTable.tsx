import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Head {
  id: string;
  label: string;
  group?: string;
  title?: string;
}

/** Browsers do not lay out elements that are higher than some ten million pixels. */
const mostPixels = 8_000_000;
const rowHeight = 30;

/** A table of any number of rows of which only those in sight exist. The arrow keys move a row, Enter opens it. */
export function VirtualTable({
  label,
  heads,
  rows,
  cells,
  sort,
  onSort,
  onOpen,
}: {
  label: string;
  heads: readonly Head[];
  rows: number;
  cells: (row: number) => ComponentChildren[];
  sort: { column: string; descending: boolean };
  onSort: (column: string) => void;
  onOpen: (row: number) => void;
}) {
  const scroller = useRef<HTMLDivElement | null>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [current, setCurrent] = useState(0);
  const visible = Math.max(1, Math.floor(height / rowHeight));
  const pixels = Math.min(mostPixels, rows * rowHeight);
  const most = Math.max(0, rows - visible);
  // Where not every row has its pixels, the scroll bar's place is that of the rows in sight among all.
  const scaled = pixels < rows * rowHeight;
  const first = scaled ? Math.round((top / Math.max(1, pixels - height)) * most) : Math.floor(top / rowHeight);
  const begin = Math.max(0, Math.min(first, most) - 4);
  const end = Math.min(rows, Math.min(first, most) + visible + 6);
  const offset = scaled ? top - (Math.min(first, most) - begin) * rowHeight : begin * rowHeight;

  useEffect(() => {
    const element = scroller.current!;
    const watch = new ResizeObserver(() => setHeight(Math.max(rowHeight, element.clientHeight - headHeight(element))));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    setCurrent(0);
    scroller.current!.scrollTop = 0;
  }, [sort.column, sort.descending, rows]);

  const reveal = (row: number): void => {
    const element = scroller.current!;
    if (row < first || row >= first + visible) {
      const wanted = row < first ? row : row - visible + 1;
      element.scrollTop = scaled ? (wanted / Math.max(1, most)) * (pixels - height) : wanted * rowHeight;
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: visible - 1,
      PageUp: 1 - visible,
      Home: -rows,
      End: rows,
    };
    const move = moves[event.key];
    if (event.target !== scroller.current || rows === 0) {
      return;
    }
    if (move !== undefined) {
      event.preventDefault();
      const row = Math.max(0, Math.min(rows - 1, current + move));
      setCurrent(row);
      reveal(row);
    } else if (event.key === 'Enter') {
      onOpen(current);
    }
  };

  const groups = heads.some((head) => head.group);
  return (
    <div
      class="grid"
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows + 1}
      aria-colcount={heads.length}
      aria-activedescendant={current >= begin && current < end ? `row-${current}` : undefined}
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class={groups ? 'grid-head grouped' : 'grid-head'} role="row" aria-rowindex={1}>
        {heads.map((head, i) => (
          <div
            key={head.id}
            role="columnheader"
            aria-sort={head.id !== sort.column ? 'none' : sort.descending ? 'descending' : 'ascending'}
            title={head.title}
          >
            <button type="button" onClick={() => onSort(head.id)}>
              {head.group ? <small class={head.group === heads[i - 1]?.group ? 'hidden' : undefined}>{head.group}</small> : null}
              <span>
                {head.label}
                <i aria-hidden="true">{head.id === sort.column ? (sort.descending ? ' ↓' : ' ↑') : ''}</i>
              </span>
            </button>
          </div>
        ))}
      </div>
      <div class="grid-space" role="presentation" style={{ height: `${pixels}px` }}>
        <div class="grid-rows" role="rowgroup" style={{ transform: `translateY(${offset}px)` }}>
          {Array.from({ length: end - begin }, (_, i) => begin + i).map((row) => (
            <div
              key={row}
              id={`row-${row}`}
              role="row"
              aria-rowindex={row + 2}
              aria-selected={row === current}
              class={row === current ? 'current' : undefined}
              onClick={() => setCurrent(row)}
              onDblClick={() => onOpen(row)}
            >
              {cells(row).map((cell, column) => (
                <div key={column} role="gridcell">
                  {cell}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

const headHeight = (element: HTMLElement): number => (element.firstElementChild as HTMLElement).offsetHeight;

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { figure } from '../data/format';
import { useSize } from './hooks';

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** A uPlot chart as wide as its place, in the colours of the page. `make` is called again where the data or the theme change. */
export function Plot({
  label,
  height,
  data,
  make,
}: {
  label: string;
  height: number;
  data: uPlot.AlignedData;
  make: (colours: Colours) => PlotOptions;
}) {
  const [place, { width }] = useSize<HTMLDivElement>();
  const chart = useRef<uPlot | null>(null);
  const dark = useDark();
  const wide = width > 0;

  useEffect(() => {
    if (!wide) {
      return undefined;
    }
    const made = new uPlot({ ...make(colours(place.current!)), width: Math.floor(width), height }, data, place.current!);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [wide, data, make, dark, height]);

  useEffect(() => {
    if (chart.current && wide) {
      chart.current.setSize({ width: Math.floor(width), height });
    }
  }, [width, height]);

  return <div class="plot" ref={place} role="img" aria-label={label} style={{ minHeight: `${height}px` }} />;
}

export interface Colours {
  text: string;
  grid: string;
  positive: string;
  negative: string;
  plain: string;
}

function colours(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read('--dim'),
    grid: read('--line'),
    positive: read('--positive'),
    negative: read('--negative'),
    plain: read('--accent'),
  };
}

function useDark(): boolean {
  const query = useMemo(() => matchMedia('(prefers-color-scheme: dark)'), []);
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const changed = (): void => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [query]);
  return dark;
}

export function axis(colour: Colours, label: string, log = false): uPlot.Axis {
  return {
    stroke: colour.text,
    label,
    labelSize: 18,
    labelGap: 2,
    size: 26,
    gap: 3,
    labelFont: '12px system-ui, sans-serif',
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour.grid, width: 1 },
    ticks: { stroke: colour.grid, width: 1, size: 4 },
    // A logarithmic axis has null where there is no room for a text.
    values: (_, splits: (number | null)[]) => splits.map((value) => (value === null ? '' : tick(value))),
    ...(log ? { splits: (_u: uPlot, _axis: number, least: number, most: number) => powers(least, most) } : {}),
  };
}

/** Lines at whole powers of ten alone. */
function powers(least: number, most: number): number[] {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

function tick(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e5 || size < 0.99e-3)) {
    return value.toExponential(0).replace('e+', 'e').replace(/-/g, '−');
  }
  return value === 0
    ? '0'
    : figure(Number(value.toPrecision(3)))
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
}

/** One line over whole numbers. */
export function LinePlot({ label, x, y, values }: { label: string; x: string; y: string; values: ArrayLike<number> }) {
  const data = useMemo<uPlot.AlignedData>(
    () => [Array.from(values, (_, i) => i), Array.from(values, (value) => (Number.isNaN(value) ? null : value))],
    [values],
  );
  const make = useMemo(
    () =>
      (c: Colours): PlotOptions => ({
        legend: { show: false },
        cursor: { drag: { setScale: false } },
        scales: { x: { time: false }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] } },
        axes: [axis(c, x), { ...axis(c, y), size: 52 }],
        series: [{}, { stroke: c.plain, width: 1.5, points: { show: false } }],
      }),
    [x, y],
  );
  return <Plot label={label} height={220} data={data} make={make} />;
}

import { useMemo, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Bins } from '../data/bins';
import { count, figure } from '../data/format';
import { axis, Plot, type Colours, type PlotOptions } from './Plot';

/** Bars of bins even in a logarithm, side by side; the axis names their edges. Signs have colours where there are both. */
export function Histogram({
  label,
  x,
  y,
  bins,
  height = 220,
  logCounts = false,
}: {
  label: string;
  x: string;
  y: string;
  bins: Bins;
  height?: number;
  logCounts?: boolean;
}) {
  const [under, setUnder] = useState<number | null>(null);
  const data = useMemo<uPlot.AlignedData>(() => {
    const at = bins.counts.map((_, i) => i + 0.5);
    const shown = (wanted: (edge: number) => boolean) =>
      bins.counts.map((n, i) => (wanted(bins.edges[i]!) ? (logCounts && n === 0 ? null : n) : null));
    return [at, shown((edge) => edge >= 0), shown((edge) => edge < 0)];
  }, [bins, logCounts]);

  const make = useMemo(
    () =>
      (c: Colours): PlotOptions => ({
        legend: { show: false },
        cursor: { drag: { setScale: false }, points: { show: false }, y: false },
        scales: {
          x: { time: false, range: [0, bins.counts.length] },
          y: logCounts
            ? { distr: 3, log: 10, range: (_, __, most) => [0.8, Math.max(2, most * 1.5)] }
            : { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
        },
        axes: [
          {
            ...axis(c, x),
            splits: (u) => edgeSplits(bins, u.width),
            values: (_, splits) => splits.map((i) => edgeText(bins.edges[i]!)),
          },
          { ...axis(c, y, logCounts), size: 52 },
        ],
        series: [{}, bars(bins.edges[0]! < 0 ? c.positive : c.plain), bars(c.negative)],
        hooks: {
          setCursor: [
            (u) =>
              setUnder(u.cursor.left !== undefined && u.cursor.left >= 0 ? Math.floor(u.posToVal(u.cursor.left, 'x')) : null),
          ],
        },
      }),
    [bins, x, y, logCounts],
  );
  const shown = under !== null && under >= 0 && under < bins.counts.length ? under : null;
  return (
    <div class="hovered">
      <Plot label={label} height={height} data={data} make={make} />
      {shown === null ? null : (
        <span>
          {edge(bins.edges[shown]!)} to {edge(bins.edges[shown + 1]!)}: {count(bins.counts[shown]!)}
        </span>
      )}
    </div>
  );
}

const edge = (value: number): string => (Number.isFinite(value) ? figure(value) : '∞');

function bars(colour: string): uPlot.Series {
  return { fill: colour, stroke: colour, width: 0, points: { show: false }, paths: drawBars };
}

const drawBars: uPlot.Series.PathBuilder = (u, series, from, to) => {
  const fill = new Path2D();
  const bottom = u.bbox.top + u.bbox.height;
  const values = u.data[series]!;
  for (let i = from; i <= to; i++) {
    const value = values[i];
    if (value) {
      const left = u.valToPos(i, 'x', true);
      const right = u.valToPos(i + 1, 'x', true);
      const top = Math.min(u.valToPos(value, 'y', true), bottom - 1);
      fill.rect(left + 0.5, top, Math.max(1, right - left - 1), bottom - top);
    }
  }
  return { stroke: fill, fill };
};

/** Edges that have room for their text: powers of ten where there are some, else every so many. */
function edgeSplits(bins: Bins, width: number): number[] {
  const room = Math.max(2, Math.floor(width / 64));
  const all = bins.edges.map((_, i) => i);
  const round = all.filter((i) => Number.isFinite(bins.edges[i]!) && (bins.edges[i] === 0 || isPower(bins.edges[i]!)));
  const from = round.length >= 3 ? round : all.filter((i) => Number.isFinite(bins.edges[i]!));
  const step = Math.ceil(from.length / room);
  const zero = Math.max(
    0,
    from.findIndex((i) => bins.edges[i] === 0),
  );
  return from.filter((_, i) => (i - zero) % step === 0);
}

function isPower(value: number): boolean {
  const exponent = Math.log10(Math.abs(value));
  return Math.abs(exponent - Math.round(exponent)) < 1e-9;
}

function edgeText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) {
    return value === 0 ? '0' : '∞';
  }
  const size = Math.abs(value);
  const text = size >= 1e4 || size < 1e-2 ? value.toExponential(0).replace('e+', 'e') : String(Number(value.toPrecision(2)));
  return text.replace(/-/g, '−');
}

import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { axis, Plot, type Colours, type PlotOptions } from './Plot';

export interface Brush {
  x: [number, number];
  y: [number, number];
}

/** Points on two logarithmic axes, drawn as densities: a million are no more work. The y axis has magnitudes; signs are colours. */
export function Scatter({
  label,
  x,
  y,
  xLabel,
  yLabel,
  onBrush,
}: {
  label: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  xLabel: string;
  yLabel: string;
  onBrush: (brush: Brush | null) => void;
}) {
  const brushed = useRef(onBrush);
  useEffect(() => {
    brushed.current = onBrush;
  });
  const ranges = useMemo(() => ({ x: range(x), y: range(y) }), [x, y]);
  const data = useMemo<uPlot.AlignedData>(
    () => [
      [ranges.x[0], ranges.x[1]],
      [ranges.y[0], ranges.y[1]],
    ],
    [ranges],
  );
  const make = useMemo(
    () =>
      (c: Colours): PlotOptions => ({
        legend: { show: false },
        cursor: { drag: { x: true, y: true, setScale: false, uni: 8 }, points: { show: false } },
        scales: { x: { time: false, distr: 3, log: 10, range: () => ranges.x }, y: { distr: 3, log: 10, range: () => ranges.y } },
        axes: [axis(c, xLabel, true), { ...axis(c, yLabel, true), size: 56 }],
        series: [{}, { paths: () => null, points: { show: false } }],
        hooks: {
          draw: [(u) => drawPoints(u, x, y, c)],
          setSelect: [(u) => brushed.current(brushOf(u))],
        },
      }),
    [x, y, ranges, xLabel, yLabel],
  );
  return <Plot label={label} height={320} data={data} make={make} />;
}

function brushOf(u: uPlot): Brush | null {
  const { left, top, width, height } = u.select;
  if (width < 2 && height < 2) {
    return null;
  }
  const full = { width: u.over.clientWidth, height: u.over.clientHeight };
  const [x0, x1] = width < 2 ? [0, full.width] : [left, left + width];
  const [y0, y1] = height < 2 ? [0, full.height] : [top, top + height];
  return { x: [u.posToVal(x0, 'x'), u.posToVal(x1, 'x')], y: [u.posToVal(y1, 'y'), u.posToVal(y0, 'y')] };
}

function range(values: ArrayLike<number>): [number, number] {
  let [least, most] = [Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size > 0 && size < Infinity) {
      least = Math.min(least, size);
      most = Math.max(most, size);
    }
  }
  return most === 0 ? [0.1, 1] : [least / 1.5, most * 1.5];
}

function drawPoints(u: uPlot, x: ArrayLike<number>, y: ArrayLike<number>, c: Colours): void {
  const { left, top } = u.bbox;
  const [width, height] = [Math.floor(u.bbox.width), Math.floor(u.bbox.height)];
  const [x0, x1] = [Math.log10(u.scales['x']!.min!), Math.log10(u.scales['x']!.max!)];
  const [y0, y1] = [Math.log10(u.scales['y']!.min!), Math.log10(u.scales['y']!.max!)];
  const size = Math.max(2, Math.round((x.length > 50_000 ? 1.5 : 3) * devicePixelRatio));
  const density = [new Float32Array(width * height), new Float32Array(width * height)];
  for (let i = 0; i < x.length; i++) {
    const value = y[i]!;
    const px = Math.round(((Math.log10(x[i]!) - x0) / (x1 - x0)) * width - size / 2);
    const py = Math.round(((y1 - Math.log10(Math.abs(value))) / (y1 - y0)) * height - size / 2);
    if (px >= 0 && py >= 0 && px + size <= width && py + size <= height) {
      const into = density[value < 0 ? 1 : 0]!;
      for (let dy = 0; dy < size; dy++) {
        for (let dx = 0; dx < size; dx++) {
          into[(py + dy) * width + px + dx]!++;
        }
      }
    }
  }
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, height);
  const [positive, negative] = [rgb(c.positive), rgb(c.negative)];
  for (let i = 0; i < width * height; i++) {
    const [up, down] = [density[0]![i]!, density[1]![i]!];
    const sum = up + down;
    if (sum > 0) {
      for (let channel = 0; channel < 3; channel++) {
        image.data[4 * i + channel] = (positive[channel]! * up + negative[channel]! * down) / sum;
      }
      image.data[4 * i + 3] = 255 * (1 - 0.45 ** Math.sqrt(sum));
    }
  }
  context.putImageData(image, 0, 0);
  u.ctx.drawImage(canvas, left, top);
}

function rgb(colour: string): number[] {
  const hex = /^#(..)(..)(..)$/.exec(colour);
  return hex ? hex.slice(1).map((part) => parseInt(part, 16)) : [0, 0, 0];
}

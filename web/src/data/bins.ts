/** Bins for plots of a column. */

export interface Bins {
  /** Edges, one more than bins. */
  edges: number[];
  counts: number[];
}

export function zerosIn(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    found += values[i] === 0 ? 1 : 0;
  }
  return found;
}

/** Counts of values above zero in bins even in the logarithm. */
export function logBins(values: ArrayLike<number>, perDecade: number): Bins {
  let [least, most] = [Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > 0 && value < Infinity) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (most === 0) {
    return { edges: [0.1, 1], counts: [0] };
  }
  const first = Math.floor(Math.log10(least) * perDecade);
  const last = Math.max(first, Math.ceil(Math.log10(most) * perDecade) - 1);
  const counts = new Array<number>(last - first + 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > 0 && value < Infinity) {
      counts[Math.min(last, Math.max(first, Math.floor(Math.log10(value) * perDecade))) - first]!++;
    }
  }
  return { edges: Array.from({ length: counts.length + 1 }, (_, i) => 10 ** ((first + i) / perDecade)), counts };
}

/** Counts of values of both signs in bins even in the logarithm of the magnitude: the negative ones first, the largest at the left. */
export function signedLogBins(
  values: ArrayLike<number>,
  perDecade: number,
  decades: number,
): Bins & { zeros: number; negative: number; positive: number; sum: number } {
  let most = 0;
  let [zeros, negative, positive, sum] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      most = Math.max(most, Math.abs(value));
      sum += value;
    }
    zeros += value === 0 ? 1 : 0;
    negative += value < 0 ? 1 : 0;
    positive += value > 0 ? 1 : 0;
  }
  const last = most > 0 ? Math.ceil(Math.log10(most) * perDecade) : 0;
  const size = perDecade * decades;
  const first = last - size;
  const counts = new Array<number>(2 * size).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value !== 0 && Number.isFinite(value)) {
      const bin = Math.min(size - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value)) * perDecade) - first));
      counts[value < 0 ? size - 1 - bin : size + bin]!++;
    }
  }
  const edge = (i: number) => 10 ** ((first + i) / perDecade);
  const edges = Array.from({ length: 2 * size + 1 }, (_, i) => (i < size ? -edge(size - i) : i === size ? 0 : edge(i - size)));
  return { edges, counts, zeros, negative, positive, sum };
}

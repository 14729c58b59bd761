/**
 * Orders rows by a column of doubles, with a radix sort over the bits of the numbers: a million rows take a fraction of the time that a
 * comparing sort needs. Equal values stay in the order of the rows given; not-a-number comes last either way.
 */
export function sortRows(values: ArrayLike<number>, rows: Uint32Array, descending: boolean): Uint32Array {
  const count = rows.length;
  const doubles = new Float64Array(1);
  const words = new Uint32Array(doubles.buffer);
  let low = new Uint32Array(count);
  let high = new Uint32Array(count);
  let order = Uint32Array.from(rows);
  for (let i = 0; i < count; i++) {
    const value = values[rows[i]!]!;
    if (Number.isNaN(value)) {
      low[i] = high[i] = 0xffffffff;
      continue;
    }
    // Adding 0 turns −0 into 0: they are equal.
    doubles[0] = value + 0;
    const negative = words[1]! >>> 31 === 1;
    // Bits whose order as whole numbers is that of the values, or its reverse.
    const flip = descending ? !negative : negative;
    const sign = descending ? 0 : 0x80000000;
    low[i] = flip ? ~words[0]! : words[0]!;
    high[i] = negative ? (descending ? words[1]! : ~words[1]!) : descending ? ~words[1]! & 0x7fffffff : words[1]! | sign;
  }

  let nextLow = new Uint32Array(count);
  let nextHigh = new Uint32Array(count);
  let nextOrder = new Uint32Array(count);
  const starts = new Uint32Array(65536);
  for (let digit = 0; digit < 4; digit++) {
    const keys = digit < 2 ? low : high;
    const shift = (digit & 1) * 16;
    starts.fill(0);
    for (let i = 0; i < count; i++) {
      starts[(keys[i]! >>> shift) & 0xffff]!++;
    }
    if (count > 0 && starts[(keys[0]! >>> shift) & 0xffff] === count) {
      continue;
    }
    for (let bin = 0, sum = 0; bin < 65536; bin++) {
      const size = starts[bin]!;
      starts[bin] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      const to = starts[(keys[i]! >>> shift) & 0xffff]!++;
      nextLow[to] = low[i]!;
      nextHigh[to] = high[i]!;
      nextOrder[to] = order[i]!;
    }
    [low, nextLow] = [nextLow, low];
    [high, nextHigh] = [nextHigh, high];
    [order, nextOrder] = [nextOrder, order];
  }
  return order;
}

export interface Condition {
  column: string;
  least: number;
  most: number;
}

/** The rows, ascending, whose values are within the bounds of every condition, bounds included. */
export function filterRows(
  count: number,
  conditions: readonly { values: ArrayLike<number>; least: number; most: number }[],
  kept?: Uint8Array,
): Uint32Array {
  const rows = new Uint32Array(count);
  let found = 0;
  next: for (let row = 0; row < count; row++) {
    if (kept && kept[row] === 0) {
      continue;
    }
    for (const { values, least, most } of conditions) {
      const value = values[row]!;
      // Written so that not-a-number fits no bound.
      if (!(value >= least && value <= most)) {
        continue next;
      }
    }
    rows[found++] = row;
  }
  return rows.slice(0, found);
}

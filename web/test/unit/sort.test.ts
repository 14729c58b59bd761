import { describe, expect, it } from 'vitest';
import { filterRows, sortRows } from '../../src/data/sort';

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

describe('sortRows', () => {
  it('orders numbers of both signs, either way, equal ones by row and what is not a number last', () => {
    const values = [3, -1, 0, NaN, -0, 3, Infinity, -Infinity, 1e-300, -1e-300, -1];
    expect([...sortRows(values, all(values.length), false)]).toEqual([7, 1, 10, 9, 2, 4, 8, 0, 5, 6, 3]);
    expect([...sortRows(values, all(values.length), true)]).toEqual([6, 0, 5, 8, 2, 4, 9, 1, 10, 7, 3]);
  });

  it('agrees with a comparing sort on many values, and leaves the rows it was given', () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => Math.sin(i * 12.9898) * 10 ** (((i * 7) % 40) - 20));
    const rows = filterRows(values.length, [{ values, least: -1, most: Infinity }]);
    const expected = [...rows].sort((a, b) => values[b]! - values[a]! || a - b);
    expect([...sortRows(values, rows, true)]).toEqual(expected);
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
  });

  it('sorts nothing', () => {
    expect(sortRows([], all(0), true)).toHaveLength(0);
  });
});

describe('filterRows', () => {
  it('keeps rows within every bound, bounds included, and none that is not a number', () => {
    const conditions = [
      { values: [1, 2, 3, NaN], least: 1, most: 2 },
      { values: [5, 6, 7, 8], least: 6, most: Infinity },
    ];
    expect([...filterRows(4, conditions)]).toEqual([1]);
    expect([...filterRows(4, [], Uint8Array.of(1, 0, 1, 0))]).toEqual([0, 2]);
  });
});

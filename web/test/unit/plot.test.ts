import { expect, it } from 'vitest';
import type uPlot from 'uplot';
import { axis } from '../../src/parts/Plot';

const colours = { text: '', grid: '', positive: '', negative: '', plain: '' };
const { values } = axis(colours, 'frequency', true);

it('writes nothing on an axis where there is no room for a text', () => {
  // A logarithmic axis that is too narrow for all its texts has null in their place.
  const texts = (values as unknown as (u: uPlot | null, splits: (number | null)[]) => string[])(null, [0.0001, null, 0.01, null, 1]);
  expect(texts).toEqual(['1e−4', '', '0.01', '', '1']);
});

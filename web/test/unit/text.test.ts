import { expect, it } from 'vitest';
import { logBins, signedLogBins } from '../../src/data/bins';
import { formatFilters, parseFilters } from '../../src/data/filters';
import { duration, figure, percent } from '../../src/data/format';
import { meansByPosition } from '../../src/data/starts';
import { visible } from '../../src/data/vocabulary';

it('shows what a text hides: line ends, control characters, what turns the direction of writing', () => {
  expect(visible(' a\n\t\u0007\u202Eb\u200B')).toBe(' a⏎⇥␇‹202E›b‹200B›');
});

it('writes figures with four digits, small and large ones with a power of ten', () => {
  expect([1, 0.5, 12345.678, 1234567, 0.00001234, -2.5, 0].map(figure)).toEqual([
    '1',
    '0.5000',
    '1.235e+4',
    '1,234,567',
    '1.23e−5',
    '−2.500',
    '0',
  ]);
  expect([figure(NaN), figure(null), percent(0.1234), percent(0), duration(3700)]).toEqual([
    '—',
    '—',
    '12.3 %',
    '0 %',
    '1 h 2 min',
  ]);
});

it('keeps filters in an address', () => {
  const text = 'mlp.mean:0.5:,|mlp.mean|::2';
  expect(formatFilters(parseFilters(text))).toBe(text);
  expect(parseFilters('nonsense,,mlp.mean:x:')).toEqual([{ column: 'mlp.mean', least: -Infinity, most: Infinity }]);
});

it('puts every value above zero in a bin, and of both signs every value', () => {
  const values = [0.001, 0.01, 0.011, 0.5, 0, -0.5, NaN];
  const bins = logBins(values, 5);
  expect(bins.counts.reduce((sum, n) => sum + n, 0)).toBe(4);
  expect(bins.edges).toHaveLength(bins.counts.length + 1);
  const signed = signedLogBins(values, 4, 4);
  expect(signed.counts.reduce((sum, n) => sum + n, 0)).toBe(5);
  expect([signed.positive, signed.negative, signed.zeros]).toEqual([4, 1, 1]);
});

it('takes the mean at each position over the tokens that count', () => {
  expect([...meansByPosition([0, 3, 5], [1, 2, 3, 5, 6], [0, 0, 0, 0, NaN])]).toEqual([3, 2, 3]);
});

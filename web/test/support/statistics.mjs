// Statistics of a small run, computed in the plainest way from its values.
import { tensor } from './safetensors.mjs';

export const bins = 12;
export const edges = [0, ...Array.from({ length: bins - 1 }, (_, i) => 2 ** (-5 + i)), Infinity];

/**
 * @param values for each latent, `{ value, place }` of its tokens that are not zero, in the order of the dataset
 * @param tokens tokens that count
 */
export function statisticsTensors(values, tokens, examples, extras) {
  const latents = values.length;
  const column = (dtype, of) => tensor(dtype, values.map(of));
  const sum = (list, power) => list.reduce((total, { value }) => total + value ** power, 0);
  const moment = (list, power) => {
    const mean = sum(list, 1) / tokens;
    return (
      (list.reduce((total, { value }) => total + (value - mean) ** power, 0) + (tokens - list.length) * (-mean) ** power) / tokens
    );
  };
  const signed = values.some((list) => list.some(({ value }) => value < 0));
  const tensors = {
    count: column('I64', (list) => list.length),
    frequency: column('F64', (list) => list.length / tokens),
    mean: column('F64', (list) => sum(list, 1) / tokens),
    mean_square: column('F64', (list) => sum(list, 2) / tokens),
    variance: column('F64', (list) => moment(list, 2)),
    standard_deviation: column('F64', (list) => Math.sqrt(moment(list, 2))),
    max: column('F32', (list) => list.reduce((most, { value }) => Math.max(most, value), list.length ? -Infinity : 0)),
    min: column('F32', (list) => list.reduce((least, { value }) => Math.min(least, value), list.length ? Infinity : 0)),
    histogram_edges: tensor('F32', edges),
    histogram_positive: histogram(values, 1),
    ...exampleTensors(
      'top',
      values.map((list) => strongest(list.filter(({ value }) => value > 0))),
      examples,
    ),
  };
  if (signed) {
    Object.assign(tensors, {
      histogram_negative: histogram(values, -1),
      ...exampleTensors(
        'bottom',
        values.map((list) => strongest(list.filter(({ value }) => value < 0))),
        examples,
      ),
      ...exampleTensors('magnitude', values.map(strongest), examples),
    });
  }
  if (extras) {
    const consistency = (list) =>
      Math.max(...[1, -1].map((sign) => list.filter(({ value }) => Math.sign(value) === sign).length)) / list.length;
    Object.assign(tensors, {
      mean_absolute: column('F64', (list) => list.reduce((total, { value }) => total + Math.abs(value), 0) / tokens),
      sign_consistency: column('F64', (list) => (list.length ? consistency(list) : NaN)),
      skewness: column('F64', (list) => moment(list, 3) / moment(list, 2) ** 1.5),
      kurtosis: column('F64', (list) => moment(list, 4) / moment(list, 2) ** 2 - 3),
      error_norm_when_active: column('F64', (list) => (list.length ? 1.5 : NaN)),
      ...exampleTensors(
        'random',
        values.map((list) => list.filter((_, i) => i % 3 === 0)),
        examples,
      ),
      ...quantileTensors(values, latents),
    });
  }
  return tensors;
}

const strongest = (list) => [...list].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));

function histogram(values, sign) {
  const rows = values.map((list) => {
    const row = new Array(bins).fill(0);
    for (const { value } of list.filter((one) => Math.sign(one.value) === sign)) {
      row[edges.findLastIndex((edge) => edge <= Math.abs(value))]++;
    }
    return row;
  });
  return tensor('I64', rows.flat(), [values.length, bins]);
}

function exampleTensors(name, lists, count, shape = [lists.length, count]) {
  const rows = (none, of) => lists.flatMap((list) => Array.from({ length: count }, (_, i) => (list[i] ? of(list[i]) : none)));
  return {
    [`${name}_values`]: tensor(
      'F32',
      rows(NaN, ({ value }) => value),
      shape,
    ),
    [`${name}_sequences`]: tensor(
      'I64',
      rows(-1, ({ place }) => place.sequence),
      shape,
    ),
    [`${name}_shards`]: tensor(
      'I32',
      rows(-1, ({ place }) => place.shard),
      shape,
    ),
    [`${name}_shard_sequences`]: tensor(
      'I32',
      rows(-1, ({ place }) => place.shardSequence),
      shape,
    ),
    [`${name}_positions`]: tensor(
      'I32',
      rows(-1, ({ place }) => place.position),
      shape,
    ),
    [`${name}_tokens`]: tensor(
      'I32',
      rows(-1, ({ place }) => place.token),
      shape,
    ),
  };
}

function quantileTensors(values, latents) {
  const [bands, each] = [4, 2];
  const sorted = values.map((list) => [...list].sort((a, b) => a.value - b.value));
  const cut = (list, band) => Math.floor((list.length * band) / bands);
  const lists = sorted.flatMap((list) =>
    Array.from({ length: bands }, (_, band) => list.slice(cut(list, band), cut(list, band + 1))),
  );
  const edgesOf = (list) =>
    Array.from({ length: bands + 1 }, (_, band) => list[Math.min(cut(list, band), list.length - 1)]?.value ?? 0);
  return {
    ...exampleTensors('quantile', lists, each, [latents, bands, each]),
    quantile_edges: tensor('F32', sorted.flatMap(edgesOf), [latents, bands + 1]),
  };
}

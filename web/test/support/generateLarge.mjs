// Writes the folder of a generated run that is large.
import { join } from 'node:path';
import { layer, scalars, vocabulary, writeJson } from './generate.mjs';
import { random } from './random.mjs';
import { tensor, writeTensors } from './safetensors.mjs';

/** A run of very many latents: statistics alone, of two scalars. */
export function generateLargeRun(folder, latents) {
  const next = random(5);
  const names = scalars.filter(({ scalar }) => scalar !== 'mlp_write_norm');
  for (const { scalar } of names) {
    const frequency = Float64Array.from({ length: latents }, () => (next() < 0.05 ? 0 : 10 ** (-5 + 4.5 * next())));
    const sign = (i) => (scalar === 'mlp_effect' && i % 3 === 0 ? -1 : 1);
    const doubles = (of) => ({ dtype: 'F64', shape: [latents], data: Float64Array.from({ length: latents }, (_, i) => of(i)) });
    const floats = (of) => ({ dtype: 'F32', shape: [latents], data: Float32Array.from({ length: latents }, (_, i) => of(i)) });
    const examples = 2;
    const ids = {
      dtype: 'I32',
      shape: [latents, examples],
      data: Int32Array.from({ length: latents * examples }, (_, i) => i % vocabulary.length),
    };
    const columns =
      scalar === 'mlp_effect' ? { histogram_negative: tensor('I64', new BigInt64Array(latents), [latents, 1]) } : {};
    writeTensors(join(folder, `statistics/${scalar}/${layer}.safetensors`), {
      count: {
        dtype: 'I64',
        shape: [latents],
        data: BigInt64Array.from({ length: latents }, (_, i) => BigInt(Math.round(frequency[i] * 1e9))),
      },
      frequency: { dtype: 'F64', shape: [latents], data: frequency },
      mean: doubles((i) => sign(i) * frequency[i] * (0.2 + next())),
      mean_square: doubles((i) => frequency[i] * next()),
      max: floats((i) => (frequency[i] ? 10 * next() : 0)),
      min: floats((i) => (frequency[i] ? sign(i) * next() : 0)),
      histogram_edges: tensor('F32', [0, Infinity]),
      histogram_positive: tensor('I64', new BigInt64Array(latents), [latents, 1]),
      ...columns,
      top_tokens: ids,
    });
  }
  writeJson(join(folder, 'summary.json'), {
    schema: 'ae-serverless/summary/1',
    dataset: 'large',
    recipe: 'large',
    sequences: 1e6,
    tokens: 1e9,
    autoencoders: [
      {
        autoencoder: 'mlp',
        layer,
        tokens: 1e9,
        nonFiniteTokens: 12,
        activeLatents: 64.5,
        meanSquaredError: 0.01,
        fractionOfVarianceUnexplained: 0.2,
        inputNorm: 10,
        rankedBy: 'mlp_latent',
        strongestLatents: [],
      },
    ],
    scalars: names.map(({ scalar, type }) => ({
      scalar,
      type,
      layer,
      autoencoder: 'mlp',
      shape: 'Latents',
      width: latents,
      tokens: 1e9,
      nonFiniteTokens: 12,
      shortSequenceTokens: 0,
      nonFiniteValues: 0,
      activeLatents: Math.round(latents * 0.95),
      nonZeros: 64.5e9,
    })),
  });
}

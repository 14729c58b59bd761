// Writes the folders of generated runs and datasets in the documented formats.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from './random.mjs';
import { tensor, writeTensors } from './safetensors.mjs';
import { statisticsTensors } from './statistics.mjs';

export const dataset = 'generated';
export const layer = 3;
const [shards, sequencesOfShard, length] = [2, 4, 24];
const plain = [' the', ' of', ' and', ' king', ' went', ' un', 'to', ' his', ' house', ',', '.', ' light', ' water', ' stone'];
const hostile = [
  '<script>window.hacked=1</script>',
  '"><img src=x onerror=window.hacked=1>',
  '\u202Eabc',
  '\u0000\u0007',
  ' \n',
  'שלום',
  '&amp;',
  '\u200B',
  '',
  '{{7*7}}',
];
export const vocabulary = [...plain, ...hostile];

export const scalars = [
  { scalar: 'mlp_latent', type: 'mlp_autoencoder_latent', value: (latent) => latent },
  { scalar: 'mlp_write_norm', type: 'mlp_autoencoder_write_norm', value: (latent) => latent * 1.5 },
  {
    scalar: 'mlp_effect',
    type: 'online_mlp_autoencoder_write_to_final_residual_grad',
    value: (latent, next) => latent * (next() - 0.6) * 0.1,
  },
];

/** A run of 200 latents over 192 tokens, of which latent 7 is dead; with `extras`, all that a run can have. */
export function generateRun(folder, { extras, latents = 200 }) {
  const next = random(17);
  const places = [];
  for (let sequence = 0; sequence < shards * sequencesOfShard; sequence++) {
    for (let position = 0; position < length; position++) {
      const [shard, shardSequence] = [Math.floor(sequence / sequencesOfShard), sequence % sequencesOfShard];
      places.push({ sequence, shard, shardSequence, position, token: Math.floor(next() * vocabulary.length) });
    }
  }
  const active = places.map(() => {
    const found = [];
    for (let latent = 0; latent < latents; latent++) {
      if (latent !== 7 && next() < 0.5 / (1 + latent * 0.15)) {
        found.push({ latent, value: Math.fround(0.1 + 4 * next() ** 3) });
      }
    }
    return found;
  });
  const rows = scalars.map(({ value }) =>
    active.map((found) => found.map((one) => ({ latent: one.latent, value: Math.fround(value(one.value, next)) }))),
  );
  const byLatent = rows.map((all) => {
    const lists = Array.from({ length: latents }, () => []);
    all.forEach((found, i) => found.forEach(({ latent, value }) => lists[latent].push({ value, place: places[i] })));
    return lists;
  });
  scalars.forEach((scalar, i) => writeScalar(folder, scalar, rows[i], byLatent[i], { extras, tokens: places.length, latents }));
  writeTokens(folder, active, next, extras);
  writeSummary(folder, byLatent, active, places, latents);
  if (extras) {
    writeExtras(folder, active, latents, places.length, next);
  }
  return { scalars, byLatent, places, active };
}

const lengths = () => tensor('I32', new Array(shards * sequencesOfShard).fill(length));

function writeScalar(folder, { scalar, type }, rows, byLatent, { extras, tokens, latents }) {
  const metadata = {
    schema: 'ae-serverless/result/1',
    dataset,
    scalar,
    type,
    layer: `${layer}`,
    autoencoder: 'mlp',
    shape: 'Latents',
    width: `${latents}`,
    tokens: `${tokens}`,
  };
  writeTensors(
    join(folder, `statistics/${scalar}/${layer}.safetensors`),
    statisticsTensors(byLatent, tokens, 6, extras),
    metadata,
  );
  const indptr = [0];
  rows.forEach((found) => indptr.push(indptr.at(-1) + found.length));
  writeTensors(
    join(folder, `latents/${scalar}/${layer}.safetensors`),
    {
      indptr: tensor('I64', indptr),
      sequence_lengths: lengths(),
      indices: tensor(
        'I32',
        rows.flat().map(({ latent }) => latent),
      ),
      values: tensor(
        'F32',
        rows.flat().map(({ value }) => value),
      ),
    },
    metadata,
  );
}

function writeTokens(folder, active, next, extras) {
  writeTensors(join(folder, `tokens/mlp/${layer}.safetensors`), {
    sequence_lengths: lengths(),
    active_latents: tensor(
      'I32',
      active.map((found) => found.length),
    ),
    mean_squared_error: tensor(
      'F32',
      active.map(() => next() * 0.01),
    ),
    input_norm: tensor(
      'F32',
      active.map(() => 3 + next()),
    ),
    ...(extras
      ? {
          gradient_norm: tensor(
            'F32',
            active.map(() => next() * 0.2),
          ),
        }
      : {}),
  });
}

function writeExtras(folder, active, latents, tokens, next) {
  const encoded = vocabulary.map((text) => new TextEncoder().encode(text));
  const starts = [0];
  encoded.forEach((bytes) => starts.push(starts.at(-1) + bytes.length));
  writeTensors(join(folder, 'vocabulary.safetensors'), {
    bytes: tensor('U8', Buffer.concat(encoded)),
    starts: tensor('I32', starts),
  });

  const few = 5;
  const ids = () =>
    tensor(
      'I32',
      Array.from({ length: latents * few }, () => Math.floor(next() * vocabulary.length)),
      [latents, few],
    );
  const values = (sign) =>
    tensor(
      'F32',
      Array.from({ length: latents * few }, (_, i) => sign * (few - (i % few))),
      [latents, few],
    );
  writeTensors(join(folder, `logits/mlp/${layer}.safetensors`), {
    promoted_tokens: ids(),
    promoted_values: values(1),
    suppressed_tokens: ids(),
    suppressed_values: values(-1),
  });

  const together = Array.from({ length: latents }, () => new Map());
  for (const found of active) {
    for (const { latent } of found) {
      for (const other of found.filter((one) => one.latent !== latent)) {
        together[latent].set(other.latent, (together[latent].get(other.latent) ?? 0) + 1);
      }
    }
  }
  const pairs = together.map((row) => [...row].filter(([, n]) => n >= 4).sort((a, b) => b[1] - a[1] || a[0] - b[0]));
  const indptr = [0];
  pairs.forEach((row) => indptr.push(indptr.at(-1) + row.length));
  writeTensors(
    join(folder, `coactivation/mlp/${layer}.safetensors`),
    {
      indptr: tensor('I64', indptr),
      indices: tensor(
        'I32',
        pairs.flat().map(([other]) => other),
      ),
      counts: tensor(
        'I64',
        pairs.flat().map(([, n]) => n),
      ),
    },
    { tokens: `${tokens}`, threshold: '4' },
  );
}

function writeSummary(folder, byLatent, active, places, latents) {
  const tokens = places.length;
  const nonZeros = active.reduce((sum, found) => sum + found.length, 0);
  const summary = {
    schema: 'ae-serverless/summary/1',
    dataset,
    recipe: 'everything',
    sequences: shards * sequencesOfShard,
    tokens,
    autoencoders: [
      {
        autoencoder: 'mlp',
        layer,
        tokens,
        nonFiniteTokens: 0,
        activeLatents: nonZeros / tokens,
        meanSquaredError: 0.0049,
        fractionOfVarianceUnexplained: 0.0731,
        inputNorm: 3.5,
        rankedBy: 'mlp_latent',
        strongestLatents: [],
      },
    ],
    scalars: scalars.map(({ scalar, type }, i) => ({
      scalar,
      type,
      layer,
      autoencoder: 'mlp',
      shape: 'Latents',
      width: latents,
      tokens,
      nonFiniteTokens: 0,
      shortSequenceTokens: 0,
      nonFiniteValues: 0,
      activeLatents: byLatent[i].filter((list) => list.length > 0).length,
      nonZeros,
    })),
  };
  writeJson(join(folder, 'summary.json'), summary);
}

/** The dataset that generated runs are over. */
export function generateDataset(folder, places) {
  for (let shard = 0; shard < shards; shard++) {
    writeTensors(join(folder, `shards/0000${shard}.safetensors`), {
      tokens: tensor(
        'I64',
        places.filter((place) => place.shard === shard).map(({ token }) => token),
      ),
      sequence_lengths: tensor('I32', new Array(sequencesOfShard).fill(length)),
    });
  }
  writeJson(join(folder, 'manifest.json'), {
    schema: 'ae-serverless/dataset/1',
    shards: Array.from({ length: shards }, (_, shard) => ({
      path: `shards/0000${shard}.safetensors`,
      tokens: sequencesOfShard * length,
      sequences: sequencesOfShard,
    })),
  });
}

export function writeJson(path, value) {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
}

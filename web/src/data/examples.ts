import type { TensorFile } from '../api/safetensors';
import type { ExampleContext } from '../api/types';
import type { Results } from './results';

export interface Example {
  value: number;
  sequence: number;
  shard: number;
  shardSequence: number;
  position: number;
  token: number;
}

export interface Band {
  least: number;
  most: number;
  examples: Example[];
}

const fields = ['values', 'sequences', 'shards', 'shard_sequences', 'positions', 'tokens'] as const;

/** The examples of a list, `top` for instance, of one latent; `null` where the run has no such list. */
export async function readExamples(file: TensorFile, list: string, latent: number): Promise<Example[] | null> {
  if (!file.has(`${list}_values`)) {
    return null;
  }
  const examples = await readList(file, list, latent);
  return examples.filter(({ sequence }) => sequence >= 0);
}

/** A latent's row of a list, with the empty places at its end. */
async function readList(file: TensorFile, list: string, latent: number): Promise<Example[]> {
  const columns = await Promise.all(fields.map((field) => file.readRows(`${list}_${field}`, latent, 1)));
  return Array.from({ length: columns[0]!.length }, (_, i) => {
    const [value, sequence, shard, shardSequence, position, token] = columns.map((column) => column[i]!) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { value, sequence, shard, shardSequence, position, token };
  });
}

/** The examples of each quantile band, the highest band first. */
export async function readBands(file: TensorFile, latent: number): Promise<Band[] | null> {
  if (!file.has('quantile_values')) {
    return null;
  }
  const [, bands = 0, each = 0] = file.tensor('quantile_values').shape;
  const edges = await file.readRows('quantile_edges', latent, 1);
  const all = await readList(file, 'quantile', latent);
  return Array.from({ length: bands }, (_, band) => ({
    least: edges[band]!,
    most: edges[band + 1]!,
    examples: all.slice(band * each, (band + 1) * each).filter(({ sequence }) => sequence >= 0),
  }))
    .reverse()
    .filter(({ examples }) => examples.length > 0);
}

/** The tokens around an example: from the dataset, else from the summary, else the token alone. */
export async function contextOf(results: Results, example: Example, before: number, after: number): Promise<ExampleContext> {
  try {
    const tokens = await results.sequences.tokens(example.shard, example.shardSequence);
    const first = Math.max(0, example.position - before);
    return { firstPosition: first, tokens: Array.from(tokens.subarray(first, example.position + after + 1)) };
  } catch {
    return summaryContext(results, example) ?? { firstPosition: example.position, tokens: [example.token] };
  }
}

function summaryContext(results: Results, example: Example): ExampleContext | undefined {
  for (const { strongestLatents } of results.summary?.autoencoders ?? []) {
    for (const { scalars } of strongestLatents) {
      for (const told of scalars.flatMap((scalar) => [...scalar.top, ...scalar.bottom])) {
        if (told.sequence === example.sequence && told.position === example.position && told.context) {
          return told.context;
        }
      }
    }
  }
  return undefined;
}

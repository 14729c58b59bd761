import type { ScalarSummary } from '../api/types';
import type { Results } from './results';
import { startsOf } from './starts';

/** A scalar's values at consecutive tokens: row `i`'s latents and values are at `starts[i]` to `starts[i + 1]`. */
export interface SparseRows {
  starts: Float64Array;
  latents: Int32Array;
  values: Float32Array;
}

export interface TokenFigures {
  active_latents: ArrayLike<number>;
  mean_squared_error: ArrayLike<number>;
  input_norm: ArrayLike<number>;
  gradient_norm: ArrayLike<number> | null;
}

/** What a run recorded of every token. */
export class PerToken {
  private readonly starts = new Map<string, Promise<Float64Array>>();

  constructor(private readonly results: Results) {}

  static latentsPath = ({ scalar, layer }: ScalarSummary): string => `latents/${scalar}/${layer}.safetensors`;

  static tokensPath = (autoencoder: string, layer: number): string => `tokens/${autoencoder}/${layer}.safetensors`;

  /** Whether the run has a scalar's value at every token; vectors are too much to read for a page. */
  hasLatents(scalar: ScalarSummary): boolean {
    return scalar.shape === 'Latents' && this.results.has(PerToken.latentsPath(scalar));
  }

  hasTokens(autoencoder: string, layer: number): boolean {
    return this.results.has(PerToken.tokensPath(autoencoder, layer));
  }

  /** The first row of each sequence in a file, and the number of rows behind the last. */
  sequenceStarts(path: string): Promise<Float64Array> {
    let starts = this.starts.get(path);
    if (!starts) {
      starts = this.results.open(path).then(async (file) => startsOf(await file.read('sequence_lengths')));
      this.starts.set(path, starts);
      starts.catch(() => this.starts.delete(path));
    }
    return starts;
  }

  /** The values of a scalar at `count` positions of a sequence. */
  async latents(scalar: ScalarSummary, sequence: number, position: number, count: number): Promise<SparseRows> {
    const path = PerToken.latentsPath(scalar);
    const [file, sequences] = await Promise.all([this.results.open(path), this.sequenceStarts(path)]);
    const row = sequences[sequence]! + position;
    const pointers = await file.readRows('indptr', row, count + 1);
    const first = pointers[0]!;
    const length = pointers[count]! - first;
    const [latents, values] = await Promise.all([
      file.readRows('indices', first, length),
      file.readRows('values', first, length),
    ]);
    return {
      starts: Float64Array.from(pointers, (pointer) => pointer - first),
      latents: latents as Int32Array,
      values: values as Float32Array,
    };
  }

  /** One latent's values at `count` positions of a sequence; 0 where it has none. */
  async ofLatent(
    scalar: ScalarSummary,
    latent: number,
    sequence: number,
    position: number,
    count: number,
  ): Promise<Float32Array> {
    const rows = await this.latents(scalar, sequence, position, count);
    const found = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      for (let i = rows.starts[row]!; i < rows.starts[row + 1]!; i++) {
        if (rows.latents[i] === latent) {
          found[row] = rows.values[i]!;
        }
      }
    }
    return found;
  }

  /** Figures of `count` tokens of a sequence, all of it by default. */
  async figures(autoencoder: string, layer: number, sequence: number, position = 0, count?: number): Promise<TokenFigures> {
    const path = PerToken.tokensPath(autoencoder, layer);
    const [file, sequences] = await Promise.all([this.results.open(path), this.sequenceStarts(path)]);
    const first = sequences[sequence]! + position;
    const length = count ?? sequences[sequence + 1]! - first;
    const read = (name: string) => file.readRows(name, first, length);
    const [active_latents, mean_squared_error, input_norm, gradient_norm] = await Promise.all([
      read('active_latents'),
      read('mean_squared_error'),
      read('input_norm'),
      file.has('gradient_norm') ? read('gradient_norm') : null,
    ]);
    return { active_latents, mean_squared_error, input_norm, gradient_norm };
  }
}

import type { TensorFile } from '../api/safetensors';
import type { ScalarSummary } from '../api/types';
import { statisticsPath, type Results } from './results';
import { bare, columnOf, isMagnitude, latentColumn, splitColumn } from './columns';
import type { Condition } from './sort';

type Column = ArrayLike<number>;

/** The columns of all latents of an autoencoder, read when they are asked for. */
export class LatentTable {
  private readonly columns = new Map<string, Promise<Column | null>>();

  constructor(
    private readonly results: Results,
    readonly scalars: readonly ScalarSummary[],
  ) {}

  get width(): number {
    return this.scalars[0]?.width ?? 0;
  }

  file(scalar: string): Promise<TensorFile> {
    const found = this.scalars.find((one) => one.scalar === scalar);
    if (!found) {
      throw new Error(`this autoencoder has no scalar ${scalar}`);
    }
    return this.results.open(statisticsPath(found));
  }

  /** A column, or `null` where the run did not record it. */
  column(id: string): Promise<Column | null> {
    let column = this.columns.get(id);
    if (!column) {
      column = this.find(id);
      this.columns.set(id, column);
      column.catch(() => this.columns.delete(id));
    }
    return column;
  }

  /** Of those conditions, the values and bounds that can be checked. */
  async conditions(conditions: readonly Condition[]): Promise<{ values: Column; least: number; most: number }[]> {
    const found = await Promise.all(
      conditions.map(async ({ column, least, most }) => ({ values: await this.column(column), least, most })),
    );
    return found.flatMap(({ values, least, most }) => (values ? [{ values, least, most }] : []));
  }

  /** Marks latents that have one of the tokens among their top examples, block by block. */
  async withToken(
    scalar: string,
    tokens: Uint8Array,
    onProgress: (done: number) => void,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    const file = await this.file(scalar);
    const lists = ['top_tokens', 'bottom_tokens'].filter((name) => file.has(name));
    if (lists.length === 0) {
      return null;
    }
    const marked = new Uint8Array(this.width);
    const examples = file.tensor(lists[0]!).shape[1] ?? 1;
    const block = Math.max(1, Math.floor(4_000_000 / (4 * examples)));
    for (let first = 0; first < this.width && !signal.aborted; first += block) {
      const rows = Math.min(block, this.width - first);
      for (const list of lists) {
        const ids = await file.readRows(list, first, rows);
        for (let i = 0; i < ids.length; i++) {
          if (ids[i]! >= 0 && tokens[ids[i]!] === 1) {
            marked[first + Math.floor(i / examples)] = 1;
          }
        }
      }
      onProgress((first + rows) / this.width);
    }
    return marked;
  }

  private async find(id: string): Promise<Column | null> {
    if (id === latentColumn) {
      const numbers = new Uint32Array(this.width);
      for (let i = 0; i < numbers.length; i++) {
        numbers[i] = i;
      }
      return numbers;
    }
    if (isMagnitude(id)) {
      const values = await this.column(bare(id));
      return values && Float64Array.from(values, Math.abs);
    }
    return this.read(id);
  }

  private async read(id: string): Promise<Column | null> {
    const { scalar, statistic } = splitColumn(id);
    const file = await this.file(scalar);
    const signed = file.has('histogram_negative');
    if (statistic === 'share') {
      const magnitudes = await this.column(columnOf(scalar, 'mean_absolute'));
      return magnitudes && shares(magnitudes);
    }
    if (file.has(statistic)) {
      return file.read(statistic);
    }
    // Of values that are never negative these follow from others.
    if (statistic === 'mean_absolute' && !signed) {
      return this.column(columnOf(scalar, 'mean'));
    }
    if (statistic === 'sign_consistency' && !signed) {
      const counts = (await this.column(columnOf(scalar, 'count')))!;
      return Float64Array.from(counts, (count) => (count > 0 ? 1 : NaN));
    }
    return null;
  }
}

function shares(magnitudes: Column): Float64Array {
  let sum = 0;
  for (let i = 0; i < magnitudes.length; i++) {
    sum += magnitudes[i]!;
  }
  return Float64Array.from(magnitudes, (value) => (sum > 0 ? value / sum : 0));
}

import { PerToken } from './perToken';
import type { Results } from './results';

/** Files of per-token figures up to this size are read whole to make means by position. */
const mostBytes = 48 * 1024 * 1024;

/** Mean active latents at each position of a sequence; `null` where the run has nothing to tell it by. */
export async function activeByPosition(results: Results, autoencoder: string, layer: number): Promise<Float64Array | null> {
  const recorded = await results.openWhereThere(`positions/${autoencoder}/${layer}.safetensors`);
  if (recorded) {
    return Float64Array.from(await recorded.read('active_latents'));
  }
  const path = PerToken.tokensPath(autoencoder, layer);
  if ((results.files.get(path) ?? Infinity) > mostBytes) {
    return null;
  }
  const file = await results.open(path);
  const [starts, active, errors] = await Promise.all([
    results.perToken.sequenceStarts(path), file.read('active_latents'), file.read('mean_squared_error'),
  ]);
  return meansByPosition(starts, active, errors);
}

/** Means of the tokens that count, which are those with an error that is a number. */
export function meansByPosition(starts: ArrayLike<number>, active: ArrayLike<number>, errors: ArrayLike<number>): Float64Array {
  const sums: number[] = [];
  const counts: number[] = [];
  for (let sequence = 0; sequence + 1 < starts.length; sequence++) {
    for (let row = starts[sequence]!; row < starts[sequence + 1]!; row++) {
      const position = row - starts[sequence]!;
      sums[position] ??= 0;
      counts[position] ??= 0;
      if (!Number.isNaN(errors[row]!)) {
        sums[position]! += active[row]!;
        counts[position]!++;
      }
    }
  }
  return Float64Array.from(sums, (sum, i) => (counts[i]! > 0 ? sum / counts[i]! : NaN));
}

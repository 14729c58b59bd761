import { PerToken } from './perToken';
import type { Results } from './results';
import { meansByPosition } from './starts';

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
    results.perToken.sequenceStarts(path),
    file.read('active_latents'),
    file.read('mean_squared_error'),
  ]);
  return meansByPosition(starts, active, errors);
}

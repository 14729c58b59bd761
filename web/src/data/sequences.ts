import { getJson } from '../api/client';
import type { TensorFile } from '../api/safetensors';
import { address, openTensors } from './results';
import { startsOf } from './starts';

interface Manifest {
  shards: { path: string; tokens: number; sequences: number }[];
}

export interface Place {
  shard: number;
  shardSequence: number;
}

/** The tokens of a run's dataset, read from its shards. */
export class Sequences {
  private readonly inputs: string;
  private manifestRead: Promise<Manifest> | null = null;
  private readonly shards = new Map<number, Promise<{ file: TensorFile; starts: Float64Array }>>();
  private readonly read = new Map<string, Promise<Float64Array>>();

  constructor(
    runId: string,
    private readonly dataset: string,
  ) {
    this.inputs = `/runs/${runId}/inputs/activations/${encodeURIComponent(dataset)}/`;
  }

  /** In which shard a sequence of the dataset is; `null` where there is no such sequence. */
  async find(sequence: number): Promise<Place | null> {
    let first = 0;
    for (const [shard, { sequences }] of (await this.manifest()).shards.entries()) {
      if (sequence >= first && sequence < first + sequences) {
        return { shard, shardSequence: sequence - first };
      }
      first += sequences;
    }
    return null;
  }

  /** The token ids of a sequence. */
  tokens(shard: number, shardSequence: number): Promise<Float64Array> {
    const id = `${shard}/${shardSequence}`;
    let tokens = this.read.get(id);
    if (!tokens) {
      tokens = this.readTokens(shard, shardSequence);
      this.read.set(id, tokens);
      tokens.catch(() => this.read.delete(id));
    }
    return tokens;
  }

  private async readTokens(shard: number, shardSequence: number): Promise<Float64Array> {
    let opened = this.shards.get(shard);
    if (!opened) {
      opened = this.openShard(shard);
      this.shards.set(shard, opened);
      opened.catch(() => this.shards.delete(shard));
    }
    const { file, starts } = await opened;
    const first = starts[shardSequence]!;
    return (await file.readRows('tokens', first, starts[shardSequence + 1]! - first)) as Float64Array;
  }

  private async openShard(shard: number): Promise<{ file: TensorFile; starts: Float64Array }> {
    const path = (await this.manifest()).shards[shard]?.path;
    if (path === undefined) {
      throw new Error(`dataset ${this.dataset} has no shard ${shard}`);
    }
    const file = await openTensors(this.inputs + address(path), path);
    return { file, starts: startsOf(await file.read('sequence_lengths')) };
  }

  private manifest(): Promise<Manifest> {
    if (!this.manifestRead) {
      this.manifestRead = getJson<Manifest>(`${this.inputs}manifest.json`);
      this.manifestRead.catch(() => (this.manifestRead = null));
    }
    return this.manifestRead;
  }
}

import { ApiError, getJson, readRange } from '../api/client';
import { TensorFile } from '../api/safetensors';
import type { AutoencoderSummary, ResultFile, Run, ScalarSummary, Summary } from '../api/types';
import { LatentTable } from './latentTable';
import { PerToken } from './perToken';
import { Sequences } from './sequences';
import { Vocabulary } from './vocabulary';

interface Recipe {
  derivedScalars?: { name?: string; type?: string; trace?: unknown }[];
}

const mostRequestBytes = 4 * 1024 * 1024;

/** The results of a run as they are asked for; what was read once stays. */
export class Results {
  private readonly opened = new Map<string, Promise<TensorFile>>();
  private readonly tables = new Map<string, LatentTable>();
  private vocabularyRead: Promise<Vocabulary> | null = null;
  readonly sequences: Sequences;
  readonly perToken: PerToken;

  private constructor(
    readonly run: Run,
    readonly files: ReadonlyMap<string, number>,
    readonly summary: Summary | null,
    readonly recipe: Recipe | null,
  ) {
    this.sequences = new Sequences(run.runId, summary?.dataset ?? run.dataset);
    this.perToken = new PerToken(this);
  }

  static async load(runId: string): Promise<Results> {
    const address = `/runs/${encodeURIComponent(runId)}`;
    const [run, files] = await Promise.all([getJson<Run>(address), listFiles(address)]);
    const summary = files.has('summary.json') ? await getJson<Summary>(`${address}/results/summary.json`) : null;
    // It names every input: of a very large dataset it is too much to read for the few words about traces.
    const small = (files.get('request.json') ?? Infinity) < mostRequestBytes;
    const request = small ? await getJson<{ recipe?: Recipe }>(`${address}/results/request.json`) : null;
    return new Results(run, files, summary, request?.recipe ?? null);
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  open(path: string): Promise<TensorFile> {
    let file = this.opened.get(path);
    if (!file) {
      file = openTensors(`/runs/${this.run.runId}/results/${address(path)}`, path);
      this.opened.set(path, file);
      // What failed is tried again when it is asked for again.
      file.catch(() => this.opened.delete(path));
    }
    return file;
  }

  async openWhereThere(path: string): Promise<TensorFile | null> {
    return this.has(path) ? this.open(path) : null;
  }

  autoencoder(name: string, layer: number): AutoencoderSummary | undefined {
    return this.summary?.autoencoders.find((one) => one.autoencoder === name && one.layer === layer);
  }

  /** The latent-shaped scalars of an autoencoder, the one that ranks its latents first. */
  scalars(name: string, layer: number): ScalarSummary[] {
    const ranking = this.autoencoder(name, layer)?.rankedBy;
    const own = (this.summary?.scalars ?? []).filter(
      (scalar) => scalar.autoencoder === name && scalar.layer === layer && isLatentShaped(scalar),
    );
    return [...own.filter((scalar) => scalar.scalar === ranking), ...own.filter((scalar) => scalar.scalar !== ranking)];
  }

  /** The scalar that says how an autoencoder's latents move the loss: one along its gradient, not that of a traced activation. */
  effect(name: string, layer: number): ScalarSummary | undefined {
    const traced = (scalar: ScalarSummary): boolean =>
      this.recipe?.derivedScalars?.some(
        (request) => (request.name ?? request.type) === scalar.scalar && Boolean(request.trace),
      ) ?? false;
    const own = this.scalars(name, layer).filter((scalar) => !traced(scalar));
    return (
      own.find((scalar) => /write_to_final_residual_grad$/.test(scalar.type)) ??
      own.find((scalar) => /act_times_grad$/.test(scalar.type))
    );
  }

  table(name: string, layer: number): LatentTable {
    const id = `${name}/${layer}`;
    let table = this.tables.get(id);
    if (!table) {
      table = new LatentTable(this, this.scalars(name, layer));
      this.tables.set(id, table);
    }
    return table;
  }

  vocabulary(): Promise<Vocabulary> {
    this.vocabularyRead ??= Vocabulary.load(this);
    return this.vocabularyRead;
  }
}

/** An autoencoder and layer as addresses have them. */
export const idOf = (one: AutoencoderSummary): string => `${one.autoencoder}/${one.layer}`;

export const isLatentShaped = (scalar: ScalarSummary): boolean => scalar.shape === 'Latents' || scalar.shape === 'LatentVectors';

export const statisticsPath = (scalar: ScalarSummary): string => `statistics/${scalar.scalar}/${scalar.layer}.safetensors`;

export async function openTensors(path: string, name: string): Promise<TensorFile> {
  try {
    return await TensorFile.open({ read: (first, end) => readRange(path, first, end) });
  } catch (error) {
    throw error instanceof ApiError ? error : new Error(`${name} ${(error as Error).message}`);
  }
}

export const address = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

async function listFiles(run: string): Promise<Map<string, number>> {
  try {
    const { files } = await getJson<{ files: ResultFile[] }>(`${run}/results`);
    return new Map(files.map((file) => [file.path, file.length]));
  } catch (error) {
    // A run that has not written anything yet.
    if (error instanceof ApiError && error.status === 404) {
      return new Map();
    }
    throw error;
  }
}

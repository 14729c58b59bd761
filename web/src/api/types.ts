/** What the HTTP API and `summary.json` say; fields that today's runs may lack are optional. */

export interface Failure {
  subject: string;
  message: string;
}

export type RunStatus = 'pending' | 'running' | 'suspended' | 'completed' | 'failed' | 'terminated';

export interface Run {
  runId: string;
  status: RunStatus;
  dataset: string;
  recipe: string;
  createdAt: string;
  lastUpdatedAt: string;
  phase?: string | null;
  chunksDone: number;
  chunksTotal: number;
  tokensDone: number;
  tokensPerSecond: number;
  tokensTotal?: number | null;
  secondsLeft?: number | null;
  error?: Failure | null;
}

export interface Verification {
  status: RunStatus;
  report?: {
    files: number;
    chunks: number;
    differenceCount: number;
    differences: { name: string; problem: string }[];
    error?: Failure | null;
  } | null;
  error?: Failure | null;
}

export interface Plan {
  facts: { name: string; value: string }[];
}

export interface ResultFile {
  path: string;
  length: number;
}

export interface ExampleContext {
  firstPosition: number;
  tokens: number[];
  texts?: string[] | null;
}

export interface SummaryExample {
  value: number;
  sequence: number;
  shard: number;
  shardSequence: number;
  position: number;
  token?: number | null;
  context?: ExampleContext | null;
}

export interface LatentScalar {
  scalar: string;
  type: string;
  count: number;
  frequency: number;
  mean: number;
  meanSquare: number;
  max: number;
  min: number;
  top: SummaryExample[];
  bottom: SummaryExample[];
}

/** Tokens that the recipe or the dataset excludes, each under the first reason of these. */
export interface ExcludedTokens {
  masked: number;
  positions: number;
  tokenIds: number;
  normAbove: number;
}

export interface AutoencoderSummary {
  autoencoder: string;
  layer: number;
  tokens: number;
  nonFiniteTokens: number;
  activeLatents: number;
  meanSquaredError: number;
  fractionOfVarianceUnexplained?: number | null;
  inputNorm: number;
  rankedBy?: string | null;
  strongestLatents: { latent: number; scalars: LatentScalar[] }[];
  excluded?: ExcludedTokens | null;
  published?: { activeLatents?: number; fractionOfVarianceUnexplained?: number; source?: string } | null;
}

export interface ScalarSummary {
  scalar: string;
  type: string;
  layer: number;
  autoencoder?: string | null;
  shape: string;
  width: number;
  tokens: number;
  nonFiniteTokens: number;
  shortSequenceTokens: number;
  nonFiniteValues: number;
  excluded?: ExcludedTokens | null;
  zeroReason?: string | null;
  activeLatents?: number | null;
  nonZeros?: number | null;
  metrics?: Record<string, { mean: number; standardDeviation: number; max: number; min: number }> | null;
}

export interface Summary {
  dataset: string;
  recipe?: string | null;
  sequences: number;
  tokens: number;
  autoencoders: AutoencoderSummary[];
  scalars: ScalarSummary[];
}

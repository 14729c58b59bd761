import type { Run } from '../../api/types';
import { count, duration } from '../../data/format';

export const isActive = (run: Run): boolean => run.status === 'pending' || run.status === 'running' || run.status === 'suspended';

export function State({ run }: { run: Run }) {
  return <span class={`state ${run.status}`}>{run.status}</span>;
}

/** Chunks, tokens a second and time left. */
export function Progress({ run }: { run: Run }) {
  const left = secondsLeft(run);
  const parts = [
    run.chunksTotal > 0 ? `${count(run.chunksDone)} of ${count(run.chunksTotal)} chunks` : isActive(run) ? (run.phase ?? '') : '',
    run.tokensPerSecond > 0 ? `${count(run.tokensPerSecond)} tokens/s` : '',
    isActive(run) && left !== null ? `${duration(left)} left` : '',
    isActive(run) && run.chunksTotal > 0 ? (run.phase ?? '') : '',
  ].filter((part) => part.length > 0);
  return (
    <div class="progress">
      {run.chunksTotal > 0 && run.status !== 'completed' ? (
        <progress max={run.chunksTotal} value={run.chunksDone} aria-label="Chunks done" />
      ) : null}
      <span>{parts.join(' · ')}</span>
    </div>
  );
}

export function secondsLeft(run: Run): number | null {
  if (run.secondsLeft !== null && run.secondsLeft !== undefined) {
    return run.secondsLeft;
  }
  if (!(run.tokensPerSecond > 0) || run.chunksDone === 0) {
    return null;
  }
  // Without the number of tokens, chunks to come are taken to be as large as those that are done.
  const total = run.tokensTotal ?? (run.tokensDone / run.chunksDone) * run.chunksTotal;
  return Math.max(0, total - run.tokensDone) / run.tokensPerSecond;
}

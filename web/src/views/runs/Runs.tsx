import { useRef, useState } from 'preact/hooks';
import { getJson } from '../../api/client';
import type { Run } from '../../api/types';
import { ago, count } from '../../data/format';
import { Trouble, Waiting } from '../../parts/Bits';
import { usePolling } from '../../parts/hooks';
import { link } from '../../parts/route';
import { isActive, Progress, State } from './RunState';
import { StartRun } from './StartRun';

/** All runs, live. */
export function Runs() {
  const [runs, setRuns] = useState<Run[]>();
  const [error, setError] = useState<Error>();
  const [asked, setAsked] = useState(0);
  const ended = useRef(new Map<string, Run>());
  usePolling(async () => {
    try {
      const { runs: found } = await getJson<{ runs: Run[] }>('/runs?limit=200');
      // The list does not count chunks of groups under way, or stopped on their way; a run's own answer does.
      const exact = await Promise.all(
        found.map(async (run) => {
          if (run.status === 'completed') {
            return run;
          }
          const known = ended.current.get(run.runId);
          if (known?.lastUpdatedAt === run.lastUpdatedAt) {
            return known;
          }
          const own = await getJson<Run>(`/runs/${run.runId}`);
          if (!isActive(own)) {
            ended.current.set(run.runId, own);
          }
          return own;
        }),
      );
      setRuns(exact);
      setError(undefined);
      return exact.some(isActive) ? 2000 : 10_000;
    } catch (caught) {
      setError(caught as Error);
      return 10_000;
    }
  }, [asked]);

  return (
    <>
      <div class="page-head">
        <h1>Runs</h1>
        <StartRun known={runs ?? []} onStarted={() => setAsked((n) => n + 1)} />
      </div>
      {error ? <Trouble error={error} /> : null}
      {!runs ? (
        error ? null : (
          <Waiting what="the runs" />
        )
      ) : runs.length === 0 ? (
        <p class="missing">No runs yet. Start one here, or upload a dataset that a recipe matches.</p>
      ) : (
        <RunList runs={runs} />
      )}
    </>
  );
}

function RunList({ runs }: { runs: Run[] }) {
  const now = Date.now();
  return (
    <table class="runs">
      <caption class="hidden">Runs, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Run</th>
          <th scope="col">State</th>
          <th scope="col">Progress</th>
          <th scope="col">Tokens</th>
          <th scope="col">Asked for</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId}>
            <th scope="row">
              <a href={link(['runs', run.runId])}>{run.dataset || run.runId}</a>
              <small>
                {run.recipe || 'inline recipe'} · <code>{run.runId.slice(0, 12)}</code>
              </small>
            </th>
            <td>
              <State run={run} />
            </td>
            <td class="wide-cell">
              {run.error && run.status === 'failed' ? (
                <span class="reason">
                  <strong>{run.error.subject}</strong> {run.error.message}
                </span>
              ) : (
                <Progress run={run} />
              )}
            </td>
            <td class="number">{run.tokensDone > 0 ? count(run.tokensDone) : '—'}</td>
            <td>
              <time dateTime={run.createdAt}>{ago(run.createdAt, now)}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

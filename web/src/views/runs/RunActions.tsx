import { useState } from 'preact/hooks';
import { ApiError, getJson, sendJson } from '../../api/client';
import type { Run, Verification } from '../../api/types';
import { count } from '../../data/format';
import { Trouble } from '../../parts/Bits';
import { usePolling } from '../../parts/hooks';
import { isActive } from './RunState';

/** Ends a run that is under way, or verifies one that is complete. */
export function RunActions({ run, onChanged }: { run: Run; onChanged: () => Promise<unknown> }) {
  const [sure, setSure] = useState(false);
  const [error, setError] = useState<Error>();
  const [verification, setVerification] = useState<Verification | null>(null);
  const [verifying, setVerifying] = useState(0);
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    setError(undefined);
    try {
      await action();
    } catch (caught) {
      setError(caught as Error);
    }
  };
  usePolling(async () => {
    if (verifying === 0) {
      return null;
    }
    try {
      const latest = await getJson<Verification>(`/runs/${run.runId}/verify`);
      setVerification(latest);
      return latest.status === 'pending' || latest.status === 'running' ? 1500 : null;
    } catch (caught) {
      setError(caught as Error);
      return null;
    }
  }, [verifying]);

  const terminate = (): Promise<void> =>
    attempt(async () => {
      await sendJson('DELETE', `/runs/${run.runId}`);
      setSure(false);
      await onChanged();
    });
  const verify = (): Promise<void> =>
    attempt(async () => {
      setVerification(await sendJson<Verification>('POST', `/runs/${run.runId}/verify`));
      setVerifying((n) => n + 1);
    });
  return (
    <div class="run-actions">
      {isActive(run) ? (
        sure ? (
          <span class="sure">
            What its chunks wrote stays.{' '}
            <button type="button" class="danger" onClick={() => void terminate()}>
              Terminate the run
            </button>
            <button type="button" class="plain" onClick={() => setSure(false)}>
              Go on
            </button>
          </span>
        ) : (
          <button type="button" onClick={() => setSure(true)}>
            Terminate …
          </button>
        )
      ) : null}
      {run.status === 'completed' ? (
        <button type="button" onClick={() => void verify()}>
          Verify
        </button>
      ) : null}
      {verification ? <VerificationText verification={verification} /> : null}
      {error ? <Trouble error={error} /> : null}
    </div>
  );
}

function VerificationText({ verification: { status, report, error } }: { verification: Verification }) {
  const failure = error ?? report?.error;
  if (failure) {
    return <Trouble error={new ApiError(0, failure.subject, failure.message)} />;
  }
  if (status !== 'completed') {
    return <span role="status">verifying …</span>;
  }
  if (!report || report.differenceCount === 0) {
    return (
      <span class="good" role="status">
        verified: {count(report?.files ?? 0)} files and {count(report?.chunks ?? 0)} chunks are as they should be
      </span>
    );
  }
  return (
    <details class="trouble">
      <summary>{count(report.differenceCount)} differences</summary>
      <ul>
        {report.differences.map(({ name, problem }) => (
          <li key={name}>
            <code>{name}</code> {problem}
          </li>
        ))}
      </ul>
    </details>
  );
}

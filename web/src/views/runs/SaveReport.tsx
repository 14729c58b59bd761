import { useState } from 'preact/hooks';
import { send } from '../../api/client';
import { bytes } from '../../data/format';
import type { Results } from '../../data/results';
import { Trouble } from '../../parts/Bits';

const report = 'report.html';

/** Saves the run's report: one file for people who can't reach the app. */
export function SaveReport({ results }: { results: Results }) {
  const [error, setError] = useState<Error>();
  const length = results.files.get(report);
  if (length === undefined) {
    return null;
  }
  const save = async (): Promise<void> => {
    setError(undefined);
    try {
      // A link could not send the key.
      const answer = await send('GET', `/runs/${results.run.runId}/results/${report}`);
      const address = URL.createObjectURL(await answer.blob());
      Object.assign(document.createElement('a'), { href: address, download: `${results.run.dataset}-${report}` }).click();
      URL.revokeObjectURL(address);
    } catch (caught) {
      setError(caught as Error);
    }
  };
  return (
    <>
      <button type="button" title="one file that needs nothing else: the strongest latents with plots and examples" onClick={() => void save()}>
        Save the report <small>{bytes(length)}</small>
      </button>
      {error ? <Trouble error={error} /> : null}
    </>
  );
}

import type { AutoencoderSummary, Run } from '../../api/types';
import { bytes, count } from '../../data/format';
import { columnOf } from '../../data/columns';
import { idOf, type Results } from '../../data/results';
import { Card, Fact, Figure, Missing, Trouble } from '../../parts/Bits';
import { Jump, JumpToToken } from '../../parts/Jump';
import { go, link } from '../../parts/route';
import { AutoencoderPlots } from './AutoencoderPlots';
import { AutoencoderTable } from './AutoencoderTable';
import { Excluded } from './Excluded';
import { RunActions } from './RunActions';
import { isActive, Progress, State } from './RunState';
import { SaveReport } from './SaveReport';
import { StrongestTable } from './StrongestTable';

/** A run: how it went, its autoencoders, and plots of one of them. */
export function RunView({
  results,
  run,
  query,
  onChanged,
}: {
  results: Results;
  run: Run;
  query: URLSearchParams;
  onChanged: () => Promise<unknown>;
}) {
  const { summary } = results;
  const all = summary?.autoencoders ?? [];
  const chosen = all.find((one) => idOf(one) === query.get('of')) ?? all[0];
  const failure = run.error;
  return (
    <>
      <div class="page-head">
        <h1>
          {run.dataset} <small>{run.recipe}</small>
        </h1>
        <div class="run-actions">
          <SaveReport results={results} />
          <RunActions run={run} onChanged={onChanged} />
        </div>
      </div>
      <p class="run-line">
        <State run={run} /> <Progress run={run} /> <code class="dim">{run.runId}</code>
      </p>
      {failure && !isActive(run) ? (
        <Trouble error={Object.assign(new Error(failure.message), { subject: failure.subject })} />
      ) : null}
      {summary ? (
        <dl class="facts">
          <Fact name="Tokens">
            <Figure value={summary.tokens} text={count(summary.tokens)} />
          </Fact>
          <Fact name="Sequences">
            <Figure value={summary.sequences} text={count(summary.sequences)} />
          </Fact>
          <Fact name="Autoencoders">{all.length}</Fact>
          <Fact name="Scalars">{summary.scalars.length}</Fact>
        </dl>
      ) : (
        <Unfinished results={results} run={run} />
      )}
      {all.length > 0 ? <AutoencoderTable results={results} chosen={chosen} /> : null}
      {chosen ? (
        <div class="cards" key={idOf(chosen)}>
          <Questions results={results} chosen={chosen} />
          <AutoencoderPlots results={results} autoencoder={chosen} query={query} />
          <StrongestTable results={results} autoencoder={chosen} />
        </div>
      ) : null}
      {summary ? <Excluded results={results} /> : null}
    </>
  );
}

function Unfinished({ results, run }: { results: Results; run: Run }) {
  const files = [...results.files].filter(([path]) => !path.startsWith('groups/'));
  return (
    <Card title="What there is" wide>
      <p>
        {isActive(run) ? 'Results are written once all chunks are merged.' : 'The run ended before its results were merged.'}{' '}
        {run.chunksTotal > 0
          ? `${count(run.chunksDone)} of ${count(run.chunksTotal)} chunks are stored, with ${count(run.tokensDone)} tokens; ${
              isActive(run)
                ? 'they stay whatever happens to the run.'
                : 'the same request takes them as they are and goes on from there.'
            }`
          : isActive(run)
            ? 'It is not planned yet.'
            : 'No chunk of it was begun.'}
      </p>
      {files.length > 0 ? (
        <ul class="files">
          {files.map(([path, length]) => (
            <li key={path}>
              <code>{path}</code> {bytes(length)}
            </li>
          ))}
        </ul>
      ) : null}
    </Card>
  );
}

/** The questions people come with, each as a view of the table of latents. */
function Questions({ results, chosen }: { results: Results; chosen: AutoencoderSummary }) {
  const scalars = results.scalars(chosen.autoencoder, chosen.layer);
  const first = scalars[0];
  if (!first) {
    return (
      <Card title="Latents" wide>
        <Missing what="Statistics of latents" />
      </Card>
    );
  }
  const effect = results.effect(chosen.autoencoder, chosen.layer);
  const to = (query: Record<string, string>): string =>
    link(['runs', results.run.runId, chosen.autoencoder, chosen.layer, 'latents'], query);
  const frequency = columnOf(first.scalar, 'frequency');
  return (
    <Card title={`${chosen.autoencoder}, layer ${chosen.layer}`} wide>
      <ul class="questions">
        <li>
          <a href={to({ sort: columnOf(first.scalar, 'mean_square') })}>Strongest latents</a>
        </li>
        {effect ? (
          <li>
            <a href={to({ sort: `|${columnOf(effect.scalar, 'mean')}|`, show: effect.scalar })}>Matter most to the loss</a>
          </li>
        ) : null}
        {effect ? (
          <li>
            <a href={to({ sort: columnOf(effect.scalar, 'mean'), show: effect.scalar })}>Raise the loss most</a>
          </li>
        ) : null}
        {effect ? (
          <li>
            <a href={to({ sort: columnOf(effect.scalar, 'mean'), up: '1', show: effect.scalar })}>Lower the loss most</a>
          </li>
        ) : null}
        <li>
          <a href={to({ sort: frequency })}>Fire everywhere</a>
        </li>
        <li>
          <a href={to({ sort: columnOf(first.scalar, 'max'), filter: `${frequency}::0.001,${columnOf(first.scalar, 'count')}:1:` })}>Rare but strong</a>
        </li>
        <li>
          <a href={to({ sort: 'latent', up: '1', filter: `${frequency}::0` })}>Dead</a>
        </li>
      </ul>
      <div class="jumps">
        <Jump
          label="Latent"
          most={first.width - 1}
          open={(n) => go(link(['runs', results.run.runId, chosen.autoencoder, chosen.layer, 'latents', n]))}
        />
        <JumpToToken
          most={results.summary!.sequences - 1}
          open={(n, at) => go(link(['runs', results.run.runId, 'sequences', n], { of: idOf(chosen), at }))}
        />
      </div>
    </Card>
  );
}

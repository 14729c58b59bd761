import type { AutoencoderSummary, Run } from '../api/types';
import { bytes, count, figure, percent } from '../data/format';
import { columnOf } from '../data/columns';
import type { Results } from '../data/results';
import { Card, Fact, Figure, Missing, Scroll, Trouble } from '../parts/Bits';
import { go, link, replace } from '../parts/route';
import { AutoencoderPlots } from './AutoencoderPlots';
import { RunActions } from './RunActions';
import { isActive, Progress, State } from './RunState';
import { StrongestTable } from './StrongestTable';

/** A run: how it went, its autoencoders, and plots of one of them. */
export function RunView({ results, run, query, onChanged }: {
  results: Results; run: Run; query: URLSearchParams; onChanged: () => Promise<unknown>;
}) {
  const { summary } = results;
  const all = summary?.autoencoders ?? [];
  const chosen = all.find((one) => idOf(one) === query.get('of')) ?? all[0];
  const failure = run.error;
  return (
    <>
      <div class="page-head">
        <h1>{run.dataset} <small>{run.recipe}</small></h1>
        <RunActions run={run} onChanged={onChanged} />
      </div>
      <p class="run-line"><State run={run} /> <Progress run={run} /> <code class="dim">{run.runId}</code></p>
      {failure && !isActive(run) ? <Trouble error={Object.assign(new Error(failure.message), { subject: failure.subject })} /> : null}
      {summary ? (
        <dl class="facts">
          <Fact name="Tokens"><Figure value={summary.tokens} text={count(summary.tokens)} /></Fact>
          <Fact name="Sequences"><Figure value={summary.sequences} text={count(summary.sequences)} /></Fact>
          <Fact name="Autoencoders">{all.length}</Fact>
          <Fact name="Scalars">{summary.scalars.length}</Fact>
        </dl>
      ) : <Unfinished results={results} run={run} />}
      {all.length > 0 ? <AutoencoderTable results={results} chosen={chosen} /> : null}
      {chosen ? (
        <div class="cards" key={idOf(chosen)}>
          <Questions results={results} chosen={chosen} />
          <AutoencoderPlots results={results} autoencoder={chosen} />
          <StrongestTable results={results} autoencoder={chosen} />
        </div>
      ) : null}
      {summary ? <Excluded results={results} /> : null}
    </>
  );
}

const idOf = (one: AutoencoderSummary): string => `${one.autoencoder}/${one.layer}`;

function Unfinished({ results, run }: { results: Results; run: Run }) {
  const files = [...results.files].filter(([path]) => !path.startsWith('groups/'));
  return (
    <Card title="What there is" wide>
      <p>
        {isActive(run) ? 'Results are written once all chunks are merged.' : 'The run ended before its results were merged.'}{' '}
        {run.chunksTotal > 0
          ? `${count(run.chunksDone)} of ${count(run.chunksTotal)} chunks are stored, with ${count(run.tokensDone)} tokens; ${
            isActive(run) ? 'they stay whatever happens to the run.' : 'the same request takes them as they are and goes on from there.'}`
          : 'It was not planned yet.'}
      </p>
      {files.length > 0 ? <ul class="files">{files.map(([path, length]) => <li key={path}><code>{path}</code> {bytes(length)}</li>)}</ul> : null}
    </Card>
  );
}

function AutoencoderTable({ results, chosen }: { results: Results; chosen: AutoencoderSummary | undefined }) {
  const all = results.summary!.autoencoders;
  return (
    <Card title="Autoencoders" wide>
      <Scroll label="Autoencoders">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Autoencoder</th>
              <th scope="col" title="L0: mean number of active latents of a token">L0</th>
              <th scope="col" title="fraction of variance unexplained">FVU</th>
              <th scope="col" title="latents that are zero on every token">Dead latents</th>
              <th scope="col" title="mean squared error of an element of the input">MSE</th>
              <th scope="col">Input norm</th>
              <th scope="col">Tokens</th>
              <th scope="col" title="tokens whose input is NaN or infinite">Left out</th>
              <th scope="col"><span class="hidden">Latents</span></th>
            </tr>
          </thead>
          <tbody>
            {all.map((one) => {
              const [first] = results.scalars(one.autoencoder, one.layer);
              const dead = first ? first.width - (first.activeLatents ?? 0) : null;
              return (
                <tr key={idOf(one)} class={one === chosen ? 'chosen' : undefined}>
                  <th scope="row">
                    <button type="button" class="plain" aria-pressed={one === chosen} onClick={() => replace(link(['runs', results.run.runId], { of: idOf(one) }))}>
                      {one.autoencoder}, layer {one.layer}
                    </button>
                  </th>
                  <td><Figure value={one.activeLatents} /><Published value={one.published?.activeLatents} source={one.published?.source} /></td>
                  <td>
                    <Figure value={one.fractionOfVarianceUnexplained} />
                    <Published value={one.published?.fractionOfVarianceUnexplained} source={one.published?.source} />
                  </td>
                  <td>
                    {first && dead !== null ? <><Figure value={dead} text={count(dead)} /> <small>of {count(first.width)} ({percent(dead / first.width)})</small></> : '—'}
                  </td>
                  <td><Figure value={one.meanSquaredError} /></td>
                  <td><Figure value={one.inputNorm} /></td>
                  <td><Figure value={one.tokens} text={count(one.tokens)} /></td>
                  <td><Figure value={one.nonFiniteTokens} text={count(one.nonFiniteTokens)} /></td>
                  <td>{first ? <a href={link(['runs', results.run.runId, one.autoencoder, one.layer, 'latents'])}>Latents</a> : null}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </Card>
  );
}

function Published({ value, source }: { value: number | undefined; source: string | undefined }) {
  return value === undefined ? null : <small title={source}> published {figure(value)}</small>;
}

/** The questions people come with, each as a view of the table of latents. */
function Questions({ results, chosen }: { results: Results; chosen: AutoencoderSummary }) {
  const scalars = results.scalars(chosen.autoencoder, chosen.layer);
  const first = scalars[0];
  if (!first) {
    return <Card title="Latents" wide><Missing what="Statistics of latents" /></Card>;
  }
  const effect = results.effect(chosen.autoencoder, chosen.layer);
  const to = (query: Record<string, string>): string => link(['runs', results.run.runId, chosen.autoencoder, chosen.layer, 'latents'], query);
  const frequency = columnOf(first.scalar, 'frequency');
  return (
    <Card title={`${chosen.autoencoder}, layer ${chosen.layer}`} wide>
      <ul class="questions">
        <li><a href={to({ sort: columnOf(first.scalar, 'mean_square') })}>Strongest latents</a></li>
        {effect ? <li><a href={to({ sort: `|${columnOf(effect.scalar, 'mean')}|`, show: effect.scalar })}>Matter most to the loss</a></li> : null}
        {effect ? <li><a href={to({ sort: columnOf(effect.scalar, 'mean'), show: effect.scalar })}>Raise the loss most</a></li> : null}
        {effect ? <li><a href={to({ sort: columnOf(effect.scalar, 'mean'), up: '1', show: effect.scalar })}>Lower the loss most</a></li> : null}
        <li><a href={to({ sort: frequency })}>Fire everywhere</a></li>
        <li><a href={to({ sort: columnOf(first.scalar, 'max'), filter: `${frequency}::0.001` })}>Rare but strong</a></li>
        <li><a href={to({ sort: 'latent', up: '1', filter: `${frequency}::0` })}>Dead</a></li>
      </ul>
      <div class="jumps">
        <Jump label="Latent" most={first.width - 1} open={(n) => go(link(['runs', results.run.runId, chosen.autoencoder, chosen.layer, 'latents', n]))} />
        <Jump
          label="Sequence"
          most={results.summary!.sequences - 1}
          open={(n) => go(link(['runs', results.run.runId, 'sequences', n], { of: idOf(chosen) }))}
        />
      </div>
    </Card>
  );
}

export function Jump({ label, most, open }: { label: string; most: number; open: (n: number) => void }) {
  return (
    <form
      class="jump"
      onSubmit={(event) => {
        event.preventDefault();
        open((event.currentTarget.elements.namedItem('n') as HTMLInputElement).valueAsNumber);
      }}
    >
      <label>
        <span>{label}</span>
        <input name="n" type="number" required min={0} max={Math.max(0, most)} step={1} placeholder={`0–${most}`} />
      </label>
      <button type="submit">Go</button>
    </form>
  );
}

function Excluded({ results }: { results: Results }) {
  return (
    <details class="card">
      <summary>All scalars: what counts and what was left out</summary>
      <Scroll label="Scalars">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Scalar</th><th scope="col">Layer</th><th scope="col">Tokens that count</th><th scope="col">Not finite</th>
              <th scope="col">Short sequences</th><th scope="col">Values not finite</th><th scope="col">Active latents</th><th scope="col">Values</th>
            </tr>
          </thead>
          <tbody>
            {results.summary!.scalars.map((one) => (
              <tr key={`${one.scalar}/${one.layer}`}>
                <th scope="row">{one.scalar}{one.zeroReason ? <small>all zero: {one.zeroReason}</small> : null}</th>
                <td>{one.layer}</td>
                <td><Figure value={one.tokens} text={count(one.tokens)} /></td>
                <td><Figure value={one.nonFiniteTokens} text={count(one.nonFiniteTokens)} /></td>
                <td><Figure value={one.shortSequenceTokens} text={count(one.shortSequenceTokens)} /></td>
                <td><Figure value={one.nonFiniteValues} text={count(one.nonFiniteValues)} /></td>
                <td>{one.activeLatents === null || one.activeLatents === undefined ? '—' : `${count(one.activeLatents)} of ${count(one.width)}`}</td>
                <td>{one.nonZeros === null || one.nonZeros === undefined ? '—' : count(one.nonZeros)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

import { useEffect, useState } from 'preact/hooks';
import type { Run } from '../api/types';
import { getJson } from '../api/client';
import { Results } from '../data/results';
import { Trouble, Waiting } from '../parts/Bits';
import { CopyAddress } from '../parts/CopyAddress';
import { usePolling } from '../parts/hooks';
import { link } from '../parts/route';
import { Latent } from './latents/Latent';
import { Latents } from './latents/Latents';
import { RunView } from './runs/RunView';
import { isActive } from './runs/RunState';
import { Sequence } from './sequences/Sequence';

/** The pages of one run: `/`, `{autoencoder}/{layer}/latents`, `…/latents/{n}`, `sequences/{n}`. */
export function RunPages({ runId, path, query }: { runId: string; path: string[]; query: URLSearchParams }) {
  const [results, setResults] = useState<Results>();
  const [run, setRun] = useState<Run>();
  const [error, setError] = useState<Error>();
  const load = async (): Promise<Results> => {
    const loaded = await Results.load(runId);
    setResults(loaded);
    setRun(loaded.run);
    setError(undefined);
    return loaded;
  };
  usePolling(async () => {
    try {
      const latest = run && isActive(run) ? await getJson<Run>(`/runs/${runId}`) : (await load()).run;
      setRun(latest);
      if (run && isActive(run) && !isActive(latest)) {
        await load();
      }
      return isActive(latest) ? 2000 : null;
    } catch (caught) {
      setError(caught as Error);
      return 10_000;
    }
  }, [runId]);

  const { title, crumbs } = describe(runId, run, path);
  useEffect(() => {
    document.title = `${title} · AeServerless explorer`;
  }, [title]);
  return (
    <>
      <nav class="crumbs" aria-label="Where you are">
        <a href="#/runs">Runs</a>
        {crumbs.map(({ text, to }, i) => (
          <>
            <span aria-hidden="true">/</span>
            {i < crumbs.length - 1 ? <a href={to}>{text}</a> : <span aria-current="page">{text}</span>}
          </>
        ))}
        <CopyAddress key={link(path, Object.fromEntries(query))} />
      </nav>
      {error ? <Trouble error={error} /> : null}
      {!results || !run ? (
        error ? null : (
          <Waiting what="the run" />
        )
      ) : (
        <Page results={results} run={run} path={path} query={query} onChanged={load} />
      )}
    </>
  );
}

function Page({
  results,
  run,
  path,
  query,
  onChanged,
}: {
  results: Results;
  run: Run;
  path: string[];
  query: URLSearchParams;
  onChanged: () => Promise<unknown>;
}) {
  if (path[0] === 'sequences') {
    return <Sequence results={results} sequence={wholeNumber(path[1])} query={query} />;
  }
  const [autoencoder, layerText, kind, latentText] = path;
  const layer = wholeNumber(layerText);
  if (kind === 'latents' && autoencoder !== undefined) {
    if (results.scalars(autoencoder, layer).length === 0) {
      return (
        <p class="missing">
          This run has no statistics of latents of {autoencoder}, layer {layerText}.
        </p>
      );
    }
    return latentText === undefined ? (
      <Latents key={`${autoencoder}/${layer}`} results={results} autoencoder={autoencoder} layer={layer} query={query} />
    ) : (
      <Latent results={results} autoencoder={autoencoder} layer={layer} latent={wholeNumber(latentText)} query={query} />
    );
  }
  return <RunView results={results} run={run} query={query} onChanged={onChanged} />;
}

const wholeNumber = (text: string | undefined): number => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0);

function describe(
  runId: string,
  run: Run | undefined,
  path: string[],
): { title: string; crumbs: { text: string; to: string }[] } {
  const crumbs = [{ text: run?.dataset || runId.slice(0, 12), to: link(['runs', runId]) }];
  if (path[0] === 'sequences') {
    crumbs.push({ text: `sequence ${path[1] ?? 0}`, to: '' });
  } else if (path[2] === 'latents') {
    crumbs.push({ text: `${path[0]}, layer ${path[1]}`, to: link(['runs', runId, path[0]!, path[1]!, 'latents']) });
    if (path[3] !== undefined) {
      crumbs.push({ text: `latent ${path[3]}`, to: '' });
    }
  }
  return { title: crumbs[crumbs.length - 1]!.text, crumbs };
}

import { useMemo } from 'preact/hooks';
import type { TokenFigures } from '../../data/perToken';
import { idOf, type Results } from '../../data/results';
import { Card, Choose, Missing, Switch, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { JumpToToken } from '../../parts/Jump';
import { go, link, replace } from '../../parts/route';
import { PickableTokens } from './PickableTokens';
import { TokenLatents } from './TokenLatents';

const metrics = [
  { value: 'active_latents', label: 'L0' },
  { value: 'mean_squared_error', label: 'Error' },
  { value: 'input_norm', label: 'Input norm' },
  { value: 'gradient_norm', label: 'Loss gradient' },
] as const;

/** A sequence's tokens with what the run recorded of each, and the latents behind the one that is chosen. */
export function Sequence({ results, sequence, query }: { results: Results; sequence: number; query: URLSearchParams }) {
  const all = results.summary?.autoencoders ?? [];
  const chosen = all.find((one) => idOf(one) === query.get('of')) ?? all[0];
  const { value: metric, label: metricLabel } = metrics.find((one) => one.value === query.get('by')) ?? metrics[0];
  const position = Number(query.get('at') ?? NaN);
  const here = ['runs', results.run.runId, 'sequences', sequence];
  // What is chosen stays from sequence to sequence, except for the token.
  const kept = chosen ? { ...Object.fromEntries(query), of: idOf(chosen), at: '' } : {};
  const change = (next: Record<string, string | number>): void => replace(link(here, { ...Object.fromEntries(query), ...next }));

  const vocabulary = useAsked(() => results.vocabulary(), [results]).value;
  const tokens = useAsked(
    async () => {
      const place = await results.sequences.find(sequence);
      if (!place) {
        throw new Error(`The dataset has no sequence ${sequence}.`);
      }
      return results.sequences.tokens(place.shard, place.shardSequence);
    },
    [results, sequence],
    true,
  );
  const figures = useAsked<TokenFigures | null>(
    async () =>
      chosen && results.perToken.hasTokens(chosen.autoencoder, chosen.layer)
        ? results.perToken.figures(chosen.autoencoder, chosen.layer, sequence)
        : null,
    [results, chosen, sequence],
    true,
  );
  const values = figures.value?.[metric] ?? null;
  const shown = useMemo(() => {
    const length = tokens.value?.length ?? values?.length ?? 0;
    return Array.from({ length }, (_, i) => {
      const id = tokens.value?.[i] ?? -1;
      return { id, text: vocabulary?.text(id), value: values?.[i] };
    });
  }, [tokens.value, values, vocabulary]);
  const last = (results.summary?.sequences ?? 1) - 1;
  if (!chosen) {
    return <p class="missing">This run has no autoencoders to show tokens of.</p>;
  }
  const picked = Number.isInteger(position) && position >= 0 && position < shown.length ? position : null;
  return (
    <>
      <div class="page-head">
        <h1>
          Sequence {sequence} <small>{results.summary?.dataset}</small>
        </h1>
        <nav class="steps" aria-label="Other sequences">
          {sequence > 0 ? <a href={link([...here.slice(0, 3), sequence - 1], kept)}>← {sequence - 1}</a> : null}
          {sequence < last ? <a href={link([...here.slice(0, 3), sequence + 1], kept)}>{sequence + 1} →</a> : null}
          <JumpToToken most={last} open={(n, at) => go(link([...here.slice(0, 3), n], { ...kept, at }))} />
        </nav>
      </div>
      <Card
        title="Tokens"
        wide
        aside={
          <Choose
            label="Autoencoder"
            value={idOf(chosen)}
            onChange={(of) => change({ of, rank: '' })}
            choices={all.map((one) => ({ value: idOf(one), label: `${one.autoencoder}, layer ${one.layer}` }))}
          />
        }
      >
        <Switch
          label="Colour tokens by"
          value={metric}
          choices={metrics.map((one) => ({ ...one, disabled: !figures.value?.[one.value] }))}
          onChange={(by) => change({ by })}
        />
        {figures.error ? <Trouble error={figures.error} /> : null}
        {figures.value === null ? (
          <Missing what="L0 and error of each token" how="The output “tokens” of a recipe records them." />
        ) : null}
        {figures.value && !figures.value.gradient_norm ? <p class="missing">Loss gradient: not recorded by this run.</p> : null}
        {tokens.error ? <Trouble error={tokens.error} /> : null}
        {shown.length > 0 ? (
          <PickableTokens
            tokens={shown}
            picked={picked}
            metric={metricLabel}
            onPick={(at) => change({ of: idOf(chosen), at })}
          />
        ) : tokens.error ? null : (
          <Waiting what="the tokens" />
        )}
      </Card>
      {picked !== null ? (
        <TokenLatents
          key={`${sequence}:${picked}:${idOf(chosen)}`}
          results={results}
          autoencoder={chosen}
          sequence={sequence}
          position={picked}
          token={shown[picked]!}
          figures={figures.value ?? null}
          rank={query.get('rank') ?? ''}
          onRank={(rank) => change({ rank })}
        />
      ) : shown.length > 0 ? (
        <p class="under">Choose a token to see the latents behind it.</p>
      ) : null}
    </>
  );
}

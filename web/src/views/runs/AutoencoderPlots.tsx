import { useMemo, useState } from 'preact/hooks';
import type { AutoencoderSummary, ScalarSummary } from '../../api/types';
import { logBins, signedLogBins, zerosIn } from '../../data/bins';
import { count, figure, words } from '../../data/format';
import { columnOf } from '../../data/columns';
import type { Results } from '../../data/results';
import { activeByPosition } from '../../data/positions';
import { Card, Choose, Missing, Trouble, Waiting } from '../../parts/Bits';
import { Histogram } from '../../parts/Histogram';
import { useAsked } from '../../parts/hooks';
import { LinePlot } from '../../parts/Plot';
import { link, replace } from '../../parts/route';
import { Scatter, type Brush } from '../../parts/Scatter';

/** Plots over all latents of an autoencoder. */
export function AutoencoderPlots({
  results,
  autoencoder,
  query,
}: {
  results: Results;
  autoencoder: AutoencoderSummary;
  query: URLSearchParams;
}) {
  const { autoencoder: name, layer } = autoencoder;
  const scalars = results.scalars(name, layer);
  const first = scalars[0];
  const effect = results.effect(name, layer);
  const scalar = scalars.find((one) => one.scalar === query.get('mean')) ?? effect ?? first;
  const shown = scalar?.scalar ?? '';
  const columns = useAsked(async () => {
    if (!first) {
      return null;
    }
    const table = results.table(name, layer);
    const [frequency, mean] = await Promise.all([
      table.column(columnOf(first.scalar, 'frequency')),
      table.column(columnOf(shown, 'mean')),
    ]);
    return { frequency: frequency!, mean: mean! };
  }, [results, name, layer, shown]);
  if (!first || !scalar) {
    return <Positions results={results} name={name} layer={layer} />;
  }
  return (
    <>
      <Card
        title="Frequency and mean"
        wide
        aside={
          <Choose
            label="Mean of"
            value={shown}
            onChange={(mean) => replace(link(['runs', results.run.runId], { ...Object.fromEntries(query), mean }))}
            choices={scalars.map((one) => ({ value: one.scalar, label: words(one.scalar) }))}
          />
        }
      >
        {columns.error ? (
          <Trouble error={columns.error} />
        ) : !columns.value ? (
          <Waiting what="statistics" />
        ) : (
          <FrequencyEffect results={results} name={name} layer={layer} first={first} scalar={scalar} {...columns.value} />
        )}
      </Card>
      {columns.value ? (
        <>
          <FrequencyHistogram frequency={columns.value.frequency} />
          <EffectHistogram scalar={scalar} mean={columns.value.mean} isEffect={scalar === effect} />
        </>
      ) : null}
      <Positions results={results} name={name} layer={layer} />
    </>
  );
}

function FrequencyEffect({
  results,
  name,
  layer,
  first,
  scalar,
  frequency,
  mean,
}: {
  results: Results;
  name: string;
  layer: number;
  first: ScalarSummary;
  scalar: ScalarSummary;
  frequency: ArrayLike<number>;
  mean: ArrayLike<number>;
}) {
  const [brush, setBrush] = useState<Brush | null>(null);
  const chosen = useMemo(() => {
    let n = 0;
    for (let i = 0; brush && i < frequency.length; i++) {
      const size = Math.abs(mean[i]!);
      n += frequency[i]! >= brush.x[0] && frequency[i]! <= brush.x[1] && size >= brush.y[0] && size <= brush.y[1] ? 1 : 0;
    }
    return n;
  }, [brush, frequency, mean]);
  const column = columnOf(scalar.scalar, 'mean');
  const filters =
    brush &&
    [
      `${columnOf(first.scalar, 'frequency')}:${brush.x[0].toPrecision(6)}:${brush.x[1].toPrecision(6)}`,
      `|${column}|:${brush.y[0].toPrecision(6)}:${brush.y[1].toPrecision(6)}`,
    ].join(',');
  return (
    <>
      <Scatter
        label={`${count(frequency.length)} latents: frequency against the magnitude of the mean of ${words(scalar.scalar)}, both logarithmic`}
        x={frequency}
        y={mean}
        xLabel="frequency"
        yLabel={`|mean ${words(scalar.scalar)}|`}
        onBrush={setBrush}
      />
      <p class="under">
        <span class="key positive">mean above zero</span> <span class="key negative">below zero</span>
        {' · '}
        {brush && filters ? (
          <a
            href={link(['runs', results.run.runId, name, layer, 'latents'], {
              sort: column,
              show: scalar.scalar,
              filter: filters,
            })}
          >
            Open the {count(chosen)} latents in the box
          </a>
        ) : (
          'drag a box to select latents'
        )}
      </p>
    </>
  );
}

function FrequencyHistogram({ frequency }: { frequency: ArrayLike<number> }) {
  const bins = useMemo(() => logBins(frequency, 5), [frequency]);
  const dead = useMemo(() => zerosIn(frequency), [frequency]);
  return (
    <Card title="Frequencies">
      <Histogram
        label={`Histogram of the frequencies of ${count(frequency.length)} latents`}
        x="frequency"
        y="latents"
        bins={bins}
      />
      <p class="under">{count(dead)} latents never fire and are not in the plot</p>
    </Card>
  );
}

function EffectHistogram({ scalar, mean, isEffect }: { scalar: ScalarSummary; mean: ArrayLike<number>; isEffect: boolean }) {
  const bins = useMemo(() => signedLogBins(mean, 4, 4), [mean]);
  return (
    <Card title={isEffect ? 'Effect on the loss' : `Means of ${words(scalar.scalar)}`}>
      <Histogram
        label={`Histogram of the mean of ${words(scalar.scalar)} over latents`}
        x={`mean ${words(scalar.scalar)}`}
        y="latents"
        bins={bins}
      />
      <p class="under">
        <span class="key positive">
          {count(bins.positive)} {isEffect ? 'raise it' : 'above zero'}
        </span>{' '}
        <span class="key negative">
          {count(bins.negative)} {isEffect ? 'lower it' : 'below zero'}
        </span>{' '}
        · {count(bins.zeros)} are zero · all together {figure(bins.sum)} a token
      </p>
    </Card>
  );
}

function Positions({ results, name, layer }: { results: Results; name: string; layer: number }) {
  const { value, error } = useAsked(() => activeByPosition(results, name, layer), [results, name, layer]);
  return (
    <Card title="L0 by position">
      {error ? (
        <Trouble error={error} />
      ) : value === undefined ? (
        <Waiting what="positions" />
      ) : value === null ? (
        <Missing what="Active latents by position" how="The output “tokens” of a recipe records it." />
      ) : (
        <LinePlot
          label="Mean number of active latents at each position of a sequence"
          x="position in the sequence"
          y="active latents"
          values={value}
        />
      )}
    </Card>
  );
}

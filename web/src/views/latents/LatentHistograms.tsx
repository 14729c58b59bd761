import { useMemo } from 'preact/hooks';
import type { ScalarSummary } from '../../api/types';
import type { Bins } from '../../data/bins';
import { count, words } from '../../data/format';
import type { Results } from '../../data/results';
import { Card, Trouble, Waiting } from '../../parts/Bits';
import { Histogram } from '../../parts/Histogram';
import { useAsked } from '../../parts/hooks';

interface Of {
  results: Results;
  autoencoder: string;
  layer: number;
  latent: number;
}

/** A histogram of each scalar. */
export function LatentHistograms({ results, autoencoder, layer, latent }: Of) {
  return (
    <>
      {results.scalars(autoencoder, layer).map((scalar) => (
        <Card key={scalar.scalar} title={`Values of ${words(scalar.scalar)}`}>
          <OneHistogram results={results} autoencoder={autoencoder} layer={layer} latent={latent} scalar={scalar} />
        </Card>
      ))}
    </>
  );
}

function OneHistogram({ results, autoencoder, layer, latent, scalar }: Of & { scalar: ScalarSummary }) {
  const { value, error } = useAsked(async () => {
    const file = await results.table(autoencoder, layer).file(scalar.scalar);
    const [edges, positive, negative] = await Promise.all([
      file.read('histogram_edges'),
      file.readRows('histogram_positive', latent, 1),
      file.has('histogram_negative') ? file.readRows('histogram_negative', latent, 1) : null,
    ]);
    return { edges, positive, negative };
  }, [results, autoencoder, layer, latent, scalar]);
  const bins = useMemo(() => value && join(value.edges, value.positive, value.negative), [value]);
  if (error || !bins) {
    return error ? <Trouble error={error} /> : <Waiting what="the histogram" />;
  }
  const total = bins.counts.reduce((sum, n) => sum + n, 0);
  return total === 0 ? (
    <p class="missing">It is zero on every token.</p>
  ) : (
    <>
      <Histogram
        label={`Histogram of ${count(total)} values of ${words(scalar.scalar)}`}
        x={words(scalar.scalar)}
        y="tokens"
        bins={bins}
        height={180}
      />
    </>
  );
}

/** Both signs in one row of bins, the strongest negative ones first, without the empty bins outside. */
export function join(edges: ArrayLike<number>, positive: ArrayLike<number>, negative: ArrayLike<number> | null): Bins {
  const bins = positive.length;
  const some = negative !== null && Array.from(negative).some((n) => n > 0);
  const counts = [...(some ? Array.from(negative).reverse() : []), ...Array.from(positive)];
  const all = [...(some ? Array.from({ length: bins }, (_, i) => -edges[bins - i]!) : []), ...Array.from(edges)];
  let [first, last] = [0, counts.length - 1];
  while (first < last && counts[first] === 0) {
    first++;
  }
  while (last > first && counts[last] === 0) {
    last--;
  }
  return { edges: all.slice(first, last + 2), counts: counts.slice(first, last + 1) };
}

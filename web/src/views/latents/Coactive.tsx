import { columnOf } from '../../data/columns';
import { count, figure } from '../../data/format';
import type { Results } from '../../data/results';
import { Figure, Missing, Scroll, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { link } from '../../parts/route';

const most = 30;

/** The latents that are active on the same tokens, the most frequent first. */
export function Coactive({
  results,
  autoencoder,
  layer,
  latent,
}: {
  results: Results;
  autoencoder: string;
  layer: number;
  latent: number;
}) {
  const { value, error } = useAsked(async () => {
    const file = await results.openWhereThere(`coactivation/${autoencoder}/${layer}.safetensors`);
    if (!file) {
      return null;
    }
    const [first, end] = (await file.readRows('indptr', latent, 2)) as Float64Array;
    const length = Math.min(most, end! - first!);
    const [others, counts, all] = await Promise.all([
      file.readRows('indices', first!, length),
      file.readRows('counts', first!, length),
      results.table(autoencoder, layer).column(columnOf(results.scalars(autoencoder, layer)[0]!.scalar, 'count')),
    ]);
    return {
      others,
      counts,
      all: all!,
      tokens: Number(file.metadata['tokens']),
      total: end! - first!,
      threshold: file.metadata['threshold'],
    };
  }, [results, autoencoder, layer, latent]);
  if (error || value === undefined) {
    return error ? <Trouble error={error} /> : <Waiting what="co-activations" />;
  }
  if (value === null) {
    return <Missing what="Co-activation" how="A run whose recipe has “latents” among its outputs records it." />;
  }
  const { others, counts, all, tokens, total, threshold } = value;
  if (total === 0) {
    return <p class="missing">No latent shares {threshold ?? 'any'} tokens with it.</p>;
  }
  return (
    <>
      <Scroll label="Latents that fire together">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Latent</th>
              <th scope="col" title="tokens where both are active">
                Tokens
              </th>
              <th scope="col" title="of its tokens, the fraction where the other is active too">
                Of its own
              </th>
              <th scope="col" title="how many times more often than if they were independent">
                Lift
              </th>
            </tr>
          </thead>
          <tbody>
            {Array.from(others, (other, i) => (
              <tr key={other}>
                <th scope="row">
                  <a href={link(['runs', results.run.runId, autoencoder, layer, 'latents', other])}>{other}</a>
                </th>
                <td>
                  <Figure value={counts[i]} text={count(counts[i]!)} />
                </td>
                <td>{figure(counts[i]! / all[latent]!)}</td>
                <td>{figure((counts[i]! * tokens) / (all[latent]! * all[other]!))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {total > most ? (
        <p class="under">
          the first {most} of {count(total)}
        </p>
      ) : null}
    </>
  );
}

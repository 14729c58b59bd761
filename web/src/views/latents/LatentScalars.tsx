import type { ScalarSummary } from '../../api/types';
import { statistics } from '../../data/columns';
import { percent, words } from '../../data/format';
import type { Results } from '../../data/results';
import { Figure, Scroll, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';

interface LatentOf {
  results: Results;
  autoencoder: string;
  layer: number;
  latent: number;
}

const rows = [
  ...statistics.filter(({ id }) => id !== 'share'),
  {
    id: 'error_norm_when_active',
    label: 'error norm',
    title: 'mean norm of the autoencoder’s error where the latent is active',
  },
];

/** A latent's figures in each scalar: what it fires on, what it writes, which loss it helps or hurts. */
export function LatentScalars({ results, autoencoder, layer, latent, effect }: LatentOf & { effect: string | undefined }) {
  const scalars = results.scalars(autoencoder, layer);
  const { value, error } = useAsked(
    () => Promise.all(scalars.map((scalar) => figures(results, autoencoder, layer, scalar, latent))),
    [results, autoencoder, layer, latent],
  );
  if (error || !value) {
    return error ? <Trouble error={error} /> : <Waiting what="statistics" />;
  }
  const told = rows.filter(({ id }) => value.some((one) => one[id] !== undefined));
  const untold = rows.filter((row) => !told.includes(row));
  const move = effect === undefined ? undefined : value[scalars.findIndex((one) => one.scalar === effect)]?.['mean'];
  return (
    <>
      <p class="verdict">
        {value[0]!['count'] === 0 ? (
          'It never fires on this dataset.'
        ) : (
          <>Fires on {percent(value[0]!['frequency'])} of tokens.</>
        )}
        {move ? (
          <>
            {' '}
            On average it <strong class={move > 0 ? 'positive' : 'negative'}>{move > 0 ? 'raises' : 'lowers'}</strong> the loss to
            first order (<Figure value={move} /> a token).
          </>
        ) : null}
      </p>
      <Scroll label="Statistics of each scalar">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">Statistic</span>
              </th>
              {scalars.map((scalar) => (
                <th key={scalar.scalar} scope="col" title={scalar.type}>
                  {words(scalar.scalar)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {told.map(({ id, label, title }) => (
              <tr key={id}>
                <th scope="row" title={title}>
                  {label}
                </th>
                {value.map((one, i) => (
                  <td key={scalars[i]!.scalar}>
                    <Figure value={one[id]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {untold.length > 0 ? <p class="missing">{untold.map(({ label }) => label).join(', ')}: not recorded by this run.</p> : null}
    </>
  );
}

/** The row of a latent, number by number: reading whole columns for one latent would be megabytes. */
async function figures(
  results: Results,
  autoencoder: string,
  layer: number,
  scalar: ScalarSummary,
  latent: number,
): Promise<Record<string, number | undefined>> {
  const table = results.table(autoencoder, layer);
  const file = await table.file(scalar.scalar);
  const read = async (id: string): Promise<number | undefined> =>
    file.has(id) ? (await file.readRows(id, latent, 1))[0] : undefined;
  const found = Object.fromEntries(await Promise.all(rows.map(async ({ id }) => [id, await read(id)] as const)));
  if (!file.has('histogram_negative')) {
    found['mean_absolute'] ??= found['mean'];
    found['sign_consistency'] ??= found['count'] ? 1 : NaN;
  }
  return found;
}

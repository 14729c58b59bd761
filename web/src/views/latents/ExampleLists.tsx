import type { ScalarSummary } from '../../api/types';
import { readBands, readExamples, type Example } from '../../data/examples';
import { figure } from '../../data/format';
import type { Results } from '../../data/results';
import { Missing, Switch, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { ExampleRows } from './ExampleRows';

export const exampleLists = [
  { value: 'top', label: 'Top' },
  { value: 'bottom', label: 'Bottom' },
  { value: 'magnitude', label: 'Magnitude' },
  { value: 'random', label: 'Random' },
  { value: 'quantile', label: 'Quantile bands' },
];

interface Shown {
  heading: string | null;
  examples: Example[];
}

/** A latent's examples of one scalar, list by list. */
export function ExampleLists({
  results,
  autoencoder,
  layer,
  latent,
  scalar,
  list,
  onList,
}: {
  results: Results;
  autoencoder: string;
  layer: number;
  latent: number;
  scalar: ScalarSummary;
  list: string;
  onList: (list: string) => void;
}) {
  const { value, error } = useAsked<{ groups: Shown[] | null; signed: boolean }>(
    async () => {
      const file = await results.table(autoencoder, layer).file(scalar.scalar);
      const signed = file.has('histogram_negative');
      if (list === 'quantile') {
        const bands = await readBands(file, latent);
        return {
          signed,
          groups:
            bands && bands.map(({ least, most, examples }) => ({ heading: `${figure(least)} to ${figure(most)}`, examples })),
        };
      }
      const examples = await readExamples(file, list, latent);
      return { signed, groups: examples && [{ heading: null, examples }] };
    },
    [results, autoencoder, layer, latent, scalar, list],
    true,
  );

  return (
    <>
      <Switch label="Examples" value={list} choices={exampleLists} onChange={onList} />
      {error ? (
        <Trouble error={error} />
      ) : !value ? (
        <Waiting what="examples" />
      ) : value.groups === null ? (
        !value.signed && (list === 'bottom' || list === 'magnitude') ? (
          <p class="missing">
            {list === 'bottom' ? 'It is never negative.' : 'It is never negative: its magnitudes are its values.'}
          </p>
        ) : (
          <Missing what={`Examples “${exampleLists.find((one) => one.value === list)!.label.toLowerCase()}”`} />
        )
      ) : value.groups.every(({ examples }) => examples.length === 0) ? (
        <p class="missing">There are none.</p>
      ) : (
        value.groups.map(({ heading, examples }) => (
          <div key={heading ?? list}>
            {heading ? <h3 class="band">{heading}</h3> : null}
            <ExampleRows
              results={results}
              autoencoder={autoencoder}
              layer={layer}
              latent={latent}
              scalar={scalar}
              examples={examples}
            />
          </div>
        ))
      )}
    </>
  );
}

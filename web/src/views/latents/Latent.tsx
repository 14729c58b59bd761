import { words } from '../../data/format';
import type { Results } from '../../data/results';
import { Card, Choose } from '../../parts/Bits';
import { Jump } from '../../parts/Jump';
import { go, link, replace } from '../../parts/route';
import { Coactive } from './Coactive';
import { ExampleLists, exampleLists } from './ExampleLists';
import { LatentHistograms } from './LatentHistograms';
import { LatentScalars } from './LatentScalars';
import { Logits } from './Logits';

/** One latent: its scalars side by side, on which text it fires, what it promotes and what fires with it. */
export function Latent({
  results,
  autoencoder,
  layer,
  latent,
  query,
}: {
  results: Results;
  autoencoder: string;
  layer: number;
  latent: number;
  query: URLSearchParams;
}) {
  const scalars = results.scalars(autoencoder, layer);
  const width = scalars[0]!.width;
  const shown = scalars.find((one) => one.scalar === query.get('scalar')) ?? scalars[0]!;
  const { value: list } = exampleLists.find((one) => one.value === query.get('list')) ?? exampleLists[0]!;
  const here = ['runs', results.run.runId, autoencoder, layer, 'latents'];
  // What is chosen stays from latent to latent.
  const chosen = Object.fromEntries(query);
  const change = (next: Record<string, string>): void => replace(link([...here, latent], { ...chosen, ...next }));
  if (latent >= width) {
    return (
      <p class="missing">
        There is no latent {latent}: this autoencoder has {width}, counted from 0.
      </p>
    );
  }
  const props = { results, autoencoder, layer, latent };
  return (
    <>
      <div class="page-head">
        <h1>
          Latent {latent}{' '}
          <small>
            {autoencoder}, layer {layer}
          </small>
        </h1>
        <nav class="steps" aria-label="Other latents">
          {latent > 0 ? <a href={link([...here, latent - 1], chosen)}>← {latent - 1}</a> : null}
          {latent + 1 < width ? <a href={link([...here, latent + 1], chosen)}>{latent + 1} →</a> : null}
          <Jump label="Latent" most={width - 1} open={(n) => go(link([...here, n], chosen))} />
        </nav>
      </div>
      <div class="cards" key={latent}>
        <Card title="Scalars side by side" wide>
          <LatentScalars {...props} effect={results.effect(autoencoder, layer)?.scalar} />
        </Card>
        <Card
          title="Examples"
          wide
          aside={
            <Choose
              label="Of"
              value={shown.scalar}
              onChange={(scalar) => change({ scalar })}
              choices={scalars.map((one) => ({ value: one.scalar, label: words(one.scalar) }))}
            />
          }
        >
          {shown.zeroReason ? (
            <p class="missing">All of it is zero: {shown.zeroReason}</p>
          ) : (
            <ExampleLists {...props} scalar={shown} list={list} onList={(next) => change({ list: next })} />
          )}
        </Card>
        <LatentHistograms {...props} />
        <Card title="Tokens it promotes and suppresses">
          <Logits {...props} />
        </Card>
        <Card title="Fires together with">
          <Coactive {...props} />
        </Card>
      </div>
    </>
  );
}

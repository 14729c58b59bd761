import type { AutoencoderSummary } from '../../api/types';
import { count, figure, percent } from '../../data/format';
import { idOf, type Results } from '../../data/results';
import { Card, Figure, Scroll } from '../../parts/Bits';
import { link, replace } from '../../parts/route';

/** How well each autoencoder of a run does; one of them is chosen. */
export function AutoencoderTable({ results, chosen }: { results: Results; chosen: AutoencoderSummary | undefined }) {
  const all = results.summary!.autoencoders;
  return (
    <Card title="Autoencoders" wide>
      <Scroll label="Autoencoders">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Autoencoder</th>
              <th scope="col" title="L0: mean number of active latents of a token">
                L0
              </th>
              <th scope="col" title="fraction of variance unexplained">
                FVU
              </th>
              <th scope="col" title="latents that are zero on every token">
                Dead latents
              </th>
              <th scope="col" title="mean squared error of an element of the input">
                MSE
              </th>
              <th scope="col">Input norm</th>
              <th scope="col">Tokens</th>
              <th scope="col" title="tokens whose input is NaN or infinite">
                Left out
              </th>
              <th scope="col">
                <span class="hidden">Latents</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((one) => {
              const [first] = results.scalars(one.autoencoder, one.layer);
              const dead = first ? first.width - (first.activeLatents ?? 0) : null;
              return (
                <tr key={idOf(one)} class={one === chosen ? 'chosen' : undefined}>
                  <th scope="row">
                    <button
                      type="button"
                      class="plain"
                      aria-pressed={one === chosen}
                      onClick={() => replace(link(['runs', results.run.runId], { of: idOf(one) }))}
                    >
                      {one.autoencoder}, layer {one.layer}
                    </button>
                  </th>
                  <td>
                    <Figure value={one.activeLatents} />
                    <Published value={one.published?.activeLatents} source={one.published?.source} />
                  </td>
                  <td>
                    <Figure value={one.fractionOfVarianceUnexplained} />
                    <Published value={one.published?.fractionOfVarianceUnexplained} source={one.published?.source} />
                  </td>
                  <td>
                    {first && dead !== null ? (
                      <>
                        <Figure value={dead} text={count(dead)} />{' '}
                        <small>
                          of {count(first.width)} ({percent(dead / first.width)})
                        </small>
                      </>
                    ) : (
                      '—'
                    )}
                  </td>
                  <td>
                    <Figure value={one.meanSquaredError} />
                  </td>
                  <td>
                    <Figure value={one.inputNorm} />
                  </td>
                  <td>
                    <Figure value={one.tokens} text={count(one.tokens)} />
                  </td>
                  <td>
                    <Figure value={one.nonFiniteTokens} text={count(one.nonFiniteTokens)} />
                  </td>
                  <td>
                    {first ? (
                      <a href={link(['runs', results.run.runId, one.autoencoder, one.layer, 'latents'])}>Latents</a>
                    ) : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <p class="under">
        {all.some((one) => one.published)
          ? '“Published” is what an autoencoder’s files state, over tokens of its authors.'
          : 'The files of these autoencoders state no L0 or FVU of their authors to compare with.'}
      </p>
    </Card>
  );
}

function Published({ value, source }: { value: number | undefined; source: string | undefined }) {
  return value === undefined ? null : <small title={source}> published {figure(value)}</small>;
}

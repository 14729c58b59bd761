import { useMemo } from 'preact/hooks';
import type { AutoencoderSummary } from '../../api/types';
import { count, words } from '../../data/format';
import type { TokenFigures } from '../../data/perToken';
import type { Results } from '../../data/results';
import { Card, Fact, Figure, Missing, Scroll, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { link } from '../../parts/route';
import { shown, type ShownToken } from '../../parts/Tokens';

const most = 200;

/** The latents that are active at a token, ranked by any scalar. */
export function TokenLatents({
  results,
  autoencoder,
  sequence,
  position,
  token,
  figures,
  rank,
  onRank,
}: {
  results: Results;
  autoencoder: AutoencoderSummary;
  sequence: number;
  position: number;
  token: ShownToken;
  figures: TokenFigures | null;
  /** The scalar that ranks: its magnitude, or its values where a plus stands before it. */
  rank: string;
  onRank: (rank: string) => void;
}) {
  const { autoencoder: name, layer } = autoencoder;
  const scalars = useMemo(
    () => results.scalars(name, layer).filter((scalar) => results.perToken.hasLatents(scalar)),
    [results, name, layer],
  );
  const named = scalars.findIndex(({ scalar }) => scalar === rank.replace(/^\+/, ''));
  const by = useMemo(() => ({ scalar: Math.max(0, named), magnitude: !rank.startsWith('+') }), [named, rank]);
  const setBy = ({ scalar, magnitude }: typeof by): void => onRank(`${magnitude ? '' : '+'}${scalars[scalar]!.scalar}`);
  const { value, error } = useAsked(async () => {
    const rows = await Promise.all(scalars.map((scalar) => results.perToken.latents(scalar, sequence, position, 1)));
    const latents = new Map<number, Float64Array>();
    rows.forEach((row, scalar) =>
      row.latents.forEach((latent, i) => {
        let values = latents.get(latent);
        if (!values) {
          values = new Float64Array(scalars.length);
          latents.set(latent, values);
        }
        values[scalar] = row.values[i]!;
      }),
    );
    return [...latents].map(([latent, values]) => ({ latent, values }));
  }, [results, scalars, sequence, position]);
  const ranked = useMemo(() => {
    const size = (x: number): number => (by.magnitude ? Math.abs(x) : x);
    return value && [...value].sort((a, b) => size(b.values[by.scalar]!) - size(a.values[by.scalar]!) || a.latent - b.latent);
  }, [value, by]);
  const at = (of: ArrayLike<number> | null | undefined): number | undefined => of?.[position];
  return (
    <Card title="Latents behind the token" wide>
      <dl class="facts small">
        <Fact name="Token">
          <span class="token-text" dir="auto">
            {shown(token)}
          </span>{' '}
          {token.id >= 0 ? <small>#{token.id}</small> : null}
        </Fact>
        <Fact name="Position">{position}</Fact>
        <Fact name="L0">
          <Figure value={at(figures?.active_latents)} />
        </Fact>
        <Fact name="Error" hint="mean squared error of an element of the input">
          <Figure value={at(figures?.mean_squared_error)} />
        </Fact>
        <Fact name="Input norm">
          <Figure value={at(figures?.input_norm)} />
        </Fact>
        {figures?.gradient_norm ? (
          <Fact name="Loss gradient">
            <Figure value={at(figures.gradient_norm)} />
          </Fact>
        ) : null}
      </dl>
      {scalars.length === 0 ? (
        <Missing what="The latents of each token" how="The output “latents” of a recipe records them." />
      ) : error ? (
        <Trouble error={error} />
      ) : !ranked ? (
        <Waiting what="latents" />
      ) : ranked.length === 0 ? (
        <p class="missing">No latent is active here.</p>
      ) : (
        <>
          <label class="check">
            <input
              type="checkbox"
              checked={by.magnitude}
              onChange={(event) => setBy({ ...by, magnitude: event.currentTarget.checked })}
            />{' '}
            rank by magnitude
          </label>
          <Scroll label="Active latents">
            <table class="figures sortable">
              <thead>
                <tr>
                  <th scope="col">Latent</th>
                  {scalars.map((scalar, i) => (
                    <th key={scalar.scalar} scope="col" aria-sort={i === by.scalar ? 'descending' : 'none'}>
                      <button type="button" class="plain" onClick={() => setBy({ ...by, scalar: i })}>
                        {words(scalar.scalar)}
                        <i aria-hidden="true">{i === by.scalar ? ' ↓' : ''}</i>
                      </button>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {ranked.slice(0, most).map(({ latent, values }) => (
                  <tr key={latent}>
                    <th scope="row">
                      <a href={link(['runs', results.run.runId, name, layer, 'latents', latent])}>{latent}</a>
                    </th>
                    {Array.from(values, (one, i) => (
                      <td key={i} class={one < 0 ? 'negative' : undefined}>
                        <Figure value={one} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          {ranked.length > most ? (
            <p class="under">
              the first {most} of {count(ranked.length)}
            </p>
          ) : null}
        </>
      )}
    </Card>
  );
}

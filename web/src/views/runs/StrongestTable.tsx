import type { AutoencoderSummary } from '../../api/types';
import { percent, words } from '../../data/format';
import type { Results } from '../../data/results';
import { Card, Figure } from '../../parts/Bits';
import { link } from '../../parts/route';
import { TokenStrip } from '../../parts/Tokens';

/** The latents that the summary tells of, each with its strongest example. */
export function StrongestTable({ results, autoencoder }: { results: Results; autoencoder: AutoencoderSummary }) {
  if (autoencoder.strongestLatents.length === 0) {
    return null;
  }
  const effect = results.effect(autoencoder.autoencoder, autoencoder.layer)?.scalar;
  return (
    <Card title="Strongest latents" wide aside={<small class="dim">by mean square of {words(autoencoder.rankedBy ?? '')}</small>}>
      <ol class="strongest">
        {autoencoder.strongestLatents.map(({ latent, scalars }) => {
          const [first] = scalars;
          const moved = scalars.find((one) => one.scalar === effect);
          const example = first?.top[0];
          return (
            <li key={latent}>
              <a
                class="latent"
                href={link(['runs', results.run.runId, autoencoder.autoencoder, autoencoder.layer, 'latents', latent])}
              >
                {latent}
              </a>
              <span class="strongest-figures">
                fires <Figure value={first?.frequency} text={percent(first?.frequency)} />
                {moved ? (
                  <>
                    {' '}
                    · effect <Figure value={moved.mean} />
                  </>
                ) : null}
              </span>
              {example?.context ? (
                <TokenStrip
                  label={`Strongest example of latent ${latent}`}
                  most={example.value}
                  tokens={example.context.tokens.map((id, i) => {
                    const marked = example.context!.firstPosition + i === example.position;
                    return { id, text: example.context!.texts?.[i], value: marked ? example.value : undefined, marked };
                  })}
                />
              ) : null}
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

import { useState } from 'preact/hooks';
import type { ScalarSummary } from '../../api/types';
import { contextOf, type Example } from '../../data/examples';
import { figure } from '../../data/format';
import type { Results } from '../../data/results';
import type { Vocabulary } from '../../data/vocabulary';
import { Figure, Missing } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { link } from '../../parts/route';
import { TokenStrip, type ShownToken } from '../../parts/Tokens';

interface Of {
  results: Results;
  autoencoder: string;
  layer: number;
  latent: number;
  scalar: ScalarSummary;
}

const brief = { before: 16, after: 8 };
const expanded = { before: 256, after: 128 };
const step = 8;

export function ExampleRows({ examples, ...of }: Of & { examples: readonly Example[] }) {
  const [shown, setShown] = useState(step);
  const { value: vocabulary } = useAsked(() => of.results.vocabulary(), [of.results]);
  const most = Math.max(...examples.map(({ value }) => Math.abs(value)));
  return (
    <>
      {of.scalar.shape === 'Latents' && !of.results.perToken.hasLatents(of.scalar) ? (
        <Missing what="Values at the tokens around" how="A run whose recipe has “latents” among its outputs records them." />
      ) : null}
      <ol class="examples">
        {examples.slice(0, shown).map((example) => (
          <ExampleRow
            key={`${example.sequence}:${example.position}`}
            {...of}
            example={example}
            vocabulary={vocabulary}
            most={most}
          />
        ))}
      </ol>
      {shown < examples.length ? (
        <button type="button" class="plain" onClick={() => setShown(examples.length)}>
          All {examples.length} examples
        </button>
      ) : null}
    </>
  );
}

function ExampleRow({
  results,
  autoencoder,
  layer,
  latent,
  scalar,
  example,
  vocabulary,
  most,
}: Of & {
  example: Example;
  vocabulary: Vocabulary | undefined;
  most: number;
}) {
  const [wide, setWide] = useState(false);
  const { before, after } = wide ? expanded : brief;
  const context = useAsked(() => contextOf(results, example, before, after), [results, example, before, after]).value;
  const { value: values } = useAsked(async () => {
    if (!context || !results.perToken.hasLatents(scalar)) {
      return null;
    }
    return {
      of: context,
      values: await results.perToken.ofLatent(scalar, latent, example.sequence, context.firstPosition, context.tokens.length),
    };
  }, [results, scalar, latent, context]);
  const { value: error } = useAsked(async () => {
    if (!results.perToken.hasTokens(autoencoder, layer)) {
      return null;
    }
    return (
      (await results.perToken.figures(autoencoder, layer, example.sequence, example.position, 1)).mean_squared_error[0] ?? null
    );
  }, [results, autoencoder, layer, example]);
  const heat = values?.of === context ? values?.values : undefined;
  const tokens = context?.tokens.map((id, i): ShownToken => {
    const marked = context.firstPosition + i === example.position;
    return {
      id,
      text: context.texts?.[i] ?? vocabulary?.text(id),
      value: heat?.[i] ?? (marked ? example.value : undefined),
      marked,
    };
  });
  return (
    <li>
      <div class="example-head">
        <Figure value={example.value} />
        <a
          href={link(['runs', results.run.runId, 'sequences', example.sequence], {
            of: `${autoencoder}/${layer}`,
            at: example.position,
          })}
        >
          sequence {example.sequence}, position {example.position}
        </a>
        {error !== null && error !== undefined ? (
          <small class="dim" title="mean squared reconstruction error at this token">
            error {figure(error)}
          </small>
        ) : null}
        <button type="button" class="plain" aria-expanded={wide} onClick={() => setWide(!wide)}>
          {wide ? 'Less' : 'More'} context
        </button>
      </div>
      {tokens ? (
        <TokenStrip tokens={tokens} most={most} label={`Tokens around position ${example.position}`} />
      ) : (
        <p class="tokens dim">…</p>
      )}
    </li>
  );
}

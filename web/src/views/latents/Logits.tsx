import type { Results } from '../../data/results';
import { Figure, Missing, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { TokenText } from '../../parts/Tokens';

/** The tokens that a latent's write direction makes likelier, and those that it makes less likely. */
export function Logits({
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
    const file = await results.openWhereThere(`logits/${autoencoder}/${layer}.safetensors`);
    if (!file) {
      return null;
    }
    const read = (name: string) => file.readRows(name, latent, 1);
    const [promoted, promotedValues, suppressed, suppressedValues, vocabulary] = await Promise.all([
      read('promoted_tokens'),
      read('promoted_values'),
      read('suppressed_tokens'),
      read('suppressed_values'),
      results.vocabulary(),
    ]);
    return {
      vocabulary,
      lists: [
        { name: 'Promotes', tokens: promoted, values: promotedValues },
        { name: 'Suppresses', tokens: suppressed, values: suppressedValues },
      ],
    };
  }, [results, autoencoder, layer, latent]);
  if (error || value === undefined) {
    return error ? <Trouble error={error} /> : <Waiting what="logits" />;
  }
  if (value === null) {
    return (
      <Missing
        what="What its write direction does to the logits"
        how="A run has it where the dataset’s model is stored and the autoencoder writes to the residual stream."
      />
    );
  }
  return (
    <div class="two">
      {value.lists.map(({ name, tokens, values }) => (
        <div key={name}>
          <h3>{name}</h3>
          <ol class="logits">
            {Array.from(tokens, (token, i) => (
              <li key={i}>
                <TokenText id={token} vocabulary={value.vocabulary} /> <Figure value={values[i]} />
              </li>
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
}

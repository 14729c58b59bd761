import { figure } from '../data/format';
import { visible, type Vocabulary } from '../data/vocabulary';

export interface ShownToken {
  id: number;
  text: string | undefined;
  value: number | undefined;
  /** Marks the token that an example is about. */
  marked?: boolean;
}

/** Tokens with a background as strong as their values; what a value is shows on hover and is in the accessible text. */
export function TokenStrip({ tokens, most, label }: { tokens: readonly ShownToken[]; most: number; label: string }) {
  return (
    <p class="tokens" aria-label={label} role="group">
      {tokens.map((token, i) => (
        <span
          key={i}
          class={token.marked ? 'token marked' : 'token'}
          style={heat(token.value, most)}
          title={tokenTitle(token)}
          dir="auto"
        >
          {shown(token)}
        </span>
      ))}
    </p>
  );
}

export function shown(token: { id: number; text: string | undefined }): string {
  if (token.text === undefined) {
    return token.id < 0 ? '?' : `#${token.id} `;
  }
  return token.text.length === 0 ? '∅' : visible(token.text);
}

export function tokenTitle(token: ShownToken): string {
  const value = token.value === undefined ? '' : `\n${figure(token.value)}`;
  return `${token.text === undefined ? '' : `“${visible(token.text)}” `}#${token.id}${value}`;
}

export function heat(value: number | undefined, most: number): { background: string } | undefined {
  if (value === undefined || !value || !(most > 0)) {
    return undefined;
  }
  const strength = Math.round(Math.min(1, Math.abs(value) / most) * 55 + 8);
  return { background: `color-mix(in srgb, var(--${value < 0 ? 'cold' : 'hot'}) ${strength}%, transparent)` };
}

export function TokenText({ id, vocabulary }: { id: number; vocabulary: Vocabulary | undefined }) {
  const text = vocabulary?.text(id);
  return (
    <span class="token-text" dir="auto" title={`#${id}`}>
      {shown({ id, text })}
    </span>
  );
}

import { useMemo, useRef } from 'preact/hooks';
import { figure } from '../../data/format';
import { heat, shown, tokenTitle, type ShownToken } from '../../parts/Tokens';

/** Tokens as buttons. The tab key reaches one of them, the arrow keys go from it to the others. */
export function PickableTokens({
  tokens,
  picked,
  metric,
  onPick,
}: {
  tokens: readonly ShownToken[];
  picked: number | null;
  metric: string;
  onPick: (position: number) => void;
}) {
  const place = useRef<HTMLDivElement | null>(null);
  const [least, most] = useMemo(() => {
    const values = tokens.flatMap(({ value }) => (value === undefined || Number.isNaN(value) ? [] : [value]));
    return values.length > 0 ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] : [0, 0];
  }, [tokens]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -tokens.length, End: tokens.length };
    const move = moves[event.key];
    const from = Number((event.target as HTMLElement).dataset['position']);
    if (move !== undefined && !Number.isNaN(from)) {
      event.preventDefault();
      const to = Math.max(0, Math.min(tokens.length - 1, from + move));
      place.current?.querySelector<HTMLElement>(`[data-position="${to}"]`)?.focus();
    }
  };
  return (
    <>
      <div class="tokens pickable" role="group" aria-label="Tokens of the sequence" ref={place} onKeyDown={onKeyDown}>
        {tokens.map((token, i) => (
          <button
            key={i}
            type="button"
            class="token"
            data-position={i}
            tabIndex={i === (picked ?? 0) ? 0 : -1}
            aria-pressed={i === picked}
            title={`${tokenTitle(token)}${token.value === undefined ? '' : ` ${metric}`}`}
            style={heat(token.value === undefined ? undefined : token.value - least, most - least)}
            onClick={() => onPick(i)}
          >
            <bdi>{shown(token)}</bdi>
          </button>
        ))}
      </div>
      {most > least ? (
        <p class="under">
          {metric}: {figure(least)} (plain) to {figure(most)} (strong)
        </p>
      ) : null}
    </>
  );
}

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ScalarSummary } from '../../api/types';
import { count, percent } from '../../data/format';
import type { LatentTable } from '../../data/latentTable';
import type { Results } from '../../data/results';

/** Finds the latents that have a token among their strongest examples. */
export function TokenSearch({
  results,
  table,
  scalars,
  wanted,
  onWanted,
  onMarked,
}: {
  results: Results;
  table: LatentTable;
  scalars: readonly ScalarSummary[];
  /** What is searched for, as the address has it. */
  wanted: string;
  onWanted: (wanted: string) => void;
  onMarked: (marked: Uint8Array | null) => void;
}) {
  const [text, setText] = useState(wanted);
  const [state, setState] = useState('');
  const running = useRef<AbortController | null>(null);

  const clear = (): void => {
    running.current?.abort();
    setState('');
    onMarked(null);
  };
  const search = async (): Promise<void> => {
    clear();
    if (!wanted) {
      return;
    }
    const abort = new AbortController();
    running.current = abort;
    try {
      setState('searching …');
      const vocabulary = await results.vocabulary();
      const id = /^#(\d+)$/.exec(wanted)?.[1];
      const { tokens, found } = id !== undefined ? only(Number(id)) : vocabulary.search(wanted);
      const limits =
        vocabulary.complete || id !== undefined
          ? ''
          : ' This run has no vocabulary: only texts in its summary are known; #12 finds token 12.';
      if (found === 0) {
        setState(`No token has “${wanted}” in it.${limits}`);
        return;
      }
      const marked = await table.withToken(
        scalars[0]!.scalar,
        tokens,
        (done) => setState(`searching … ${percent(done)}`),
        abort.signal,
      );
      if (!abort.signal.aborted) {
        setState(
          marked
            ? `${count(found)} ${found === 1 ? 'token' : 'tokens'} with “${wanted}”.${limits}`
            : 'Top examples: not recorded by this run.',
        );
        onMarked(marked);
      }
    } catch (error) {
      setState((error as Error).message);
    }
  };
  useEffect(() => {
    setText(wanted);
    void search();
    return () => running.current?.abort();
  }, [wanted, table]);
  return (
    <form
      class="search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onWanted(text.trim());
      }}
    >
      <fieldset>
        <legend>Token in the top examples</legend>
        <input
          type="search"
          aria-label="Token text, or #id"
          placeholder="text or #id"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit">Find</button>
        {state ? (
          <button
            type="button"
            class="plain"
            onClick={() => onWanted('')}
          >
            Clear
          </button>
        ) : null}
      </fieldset>
      {state ? (
        <p class="under" role="status">
          {state}
        </p>
      ) : null}
    </form>
  );
}

function only(token: number): { tokens: Uint8Array; found: number } {
  const tokens = new Uint8Array(token < 1 << 24 ? token + 1 : 0);
  tokens[token] = 1;
  return { tokens, found: tokens.length > 0 ? 1 : 0 };
}

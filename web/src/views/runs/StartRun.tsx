import { useRef, useState } from 'preact/hooks';
import { ApiError, sendJson } from '../../api/client';
import type { Plan, Run } from '../../api/types';
import { Trouble } from '../../parts/Bits';
import { go, link } from '../../parts/route';

type Shown = { facts: Plan['facts'] } | 'no plans' | null;

/** Starts a run of a recipe over a dataset, once its plan was seen. */
export function StartRun({ known, onStarted }: { known: readonly Run[]; onStarted: () => void }) {
  const dialog = useRef<HTMLDialogElement | null>(null);
  const [dataset, setDataset] = useState('');
  const [recipe, setRecipe] = useState('');
  const [plan, setPlan] = useState<Shown>(null);
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const changed = (set: (value: string) => void) => (event: { currentTarget: { value: string } }) => {
    set(event.currentTarget.value);
    setPlan(null);
    setError(undefined);
  };
  const body = (): unknown => ({
    dataset: dataset.trim(),
    recipe: recipe.trim().startsWith('{') ? parse(recipe) : recipe.trim(),
  });
  const attempt = async (action: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await action();
    } catch (caught) {
      setError(caught as Error);
    } finally {
      setBusy(false);
    }
  };
  const show = (): Promise<void> =>
    attempt(async () => {
      try {
        setPlan(await sendJson<Plan>('POST', '/plan', body()));
      } catch (caught) {
        // A 404 that names nothing but the address is the host's: there is no such call.
        if (!(caught instanceof ApiError && caught.status === 404 && caught.subject === '/plan')) {
          throw caught;
        }
        setPlan('no plans');
      }
    });
  const start = (): Promise<void> =>
    attempt(async () => {
      const { runId } = await sendJson<{ runId: string }>('POST', '/runs', body());
      dialog.current?.close();
      onStarted();
      go(link(['runs', runId]));
    });

  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        Start a run
      </button>
      <dialog ref={dialog} aria-labelledby="start-title">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void (plan ? start() : show());
          }}
        >
          <h2 id="start-title">Start a run</h2>
          <label>
            <span>Dataset</span>
            <input list="datasets" required value={dataset} onInput={changed(setDataset)} autocomplete="off" spellcheck={false} />
          </label>
          <datalist id="datasets">
            {distinct(known.map((run) => run.dataset)).map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <label>
            <span>Recipe: its name, or the recipe itself as JSON</span>
            <textarea
              required
              class={recipe.trim().startsWith('{') ? 'json' : undefined}
              rows={recipe.trim().startsWith('{') ? 8 : 2}
              value={recipe}
              onInput={changed(setRecipe)}
              spellcheck={false}
            />
          </label>
          <p class="chips">
            {distinct(known.map((run) => run.recipe)).map((name) => (
              <button
                key={name}
                type="button"
                class="chip"
                onClick={() => {
                  setRecipe(name);
                  setPlan(null);
                }}
              >
                {name}
              </button>
            ))}
          </p>
          {error ? <Trouble error={error} /> : null}
          {plan === 'no plans' ? (
            <p class="missing">
              This app does not plan over HTTP. <code>./ae plan</code> shows what a recipe reads, computes and writes.
            </p>
          ) : plan ? (
            <div class="plan" role="region" aria-label="The plan" tabIndex={0}>
              <dl>
                {plan.facts.map(({ name, value }) => (
                  <>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </>
                ))}
              </dl>
            </div>
          ) : null}
          <p class="actions">
            <button type="submit" disabled={busy || !dataset.trim() || !recipe.trim()}>
              {plan ? 'Start the run' : 'Show the plan'}
            </button>
            <button type="button" class="plain" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(0, 'the recipe', `is not JSON: ${(error as Error).message}`);
  }
}

const distinct = (names: string[]): string[] => [...new Set(names.filter((name) => name.length > 0))].sort();

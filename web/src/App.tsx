import { useEffect, useState } from 'preact/hooks';
import { hasKey, redeem, setKey, whenUnauthorized } from './api/client';
import { replace, useRoute } from './parts/route';
import { KeyForm } from './views/KeyForm';
import { RunPages } from './views/RunPages';
import { Runs } from './views/runs/Runs';

export function App() {
  const { path, query } = useRoute();
  const [known, setKnown] = useState(hasKey());
  const [refused, setRefused] = useState(false);
  const ticket = path[0] === 'ticket' ? path[1] : undefined;

  useEffect(() => {
    whenUnauthorized(() => {
      setKnown(false);
      setRefused(true);
    });
  }, []);
  useEffect(() => {
    if (ticket !== undefined) {
      // A ticket is good once: it does not stay in the address or the history.
      replace(`#/${path.slice(2).map(encodeURIComponent).join('/') || 'runs'}`);
      redeem(ticket).then(
        (good) => setKnown(good || hasKey()),
        () => undefined,
      );
    }
  }, [ticket]);

  const forget = (): void => {
    setKey(null);
    setRefused(false);
    setKnown(false);
  };
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="#/runs">
          AeServerless <span>explorer</span>
        </a>
        <nav aria-label="Main">
          <a href="#/runs">Runs</a>
          {known ? (
            <button type="button" class="plain" onClick={forget}>
              Forget the key
            </button>
          ) : null}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        {!known ? (
          <KeyForm
            refused={refused}
            onKey={(key) => {
              setKey(key);
              setRefused(false);
              setKnown(true);
            }}
          />
        ) : path[0] === 'runs' && path[1] !== undefined ? (
          <RunPages key={path[1]} runId={path[1]} path={path.slice(2)} query={query} />
        ) : (
          <Runs />
        )}
      </main>
    </>
  );
}

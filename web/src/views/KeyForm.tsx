import { useState } from 'preact/hooks';

export function KeyForm({ refused, onKey }: { refused: boolean; onKey: (key: string) => void }) {
  const [key, setKey] = useState('');
  const given = key.trim();
  return (
    <form
      class="card key-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (given) {
          onKey(given);
        }
      }}
    >
      <h1>Function key</h1>
      {refused ? (
        <p class="trouble" role="alert">
          The app does not take this key.
        </p>
      ) : null}
      <p>
        The explorer reads results through the app’s HTTP API, which asks for a function key. It stays in this tab until the tab
        is closed.
      </p>
      <label>
        <span>Key</span>
        <input
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={!given}>
        Open
      </button>
      <p class="dim">
        On this machine <code>./ae up</code> prints an address that needs no key. In Azure a key is among the app’s function keys.
      </p>
    </form>
  );
}

import { useState } from 'preact/hooks';

/** Puts the address of the view on the clipboard: it holds all that is chosen, and never the key. */
export function CopyAddress() {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid('copied');
    } catch {
      setSaid('the browser does not allow it: copy it from the address bar');
    }
  };
  return (
    <span class="copy">
      <span class="dim" role="status">
        {said}
      </span>
      <button type="button" class="plain" onClick={() => void copy()}>
        Copy the address
      </button>
    </span>
  );
}

import { useEffect, useRef, useState } from 'preact/hooks';

export interface Asked<T> {
  value: T | undefined;
  error: Error | undefined;
}

/** What a promise comes to. While another is on its way the last value stays, unless `fresh` says that it must not. */
export function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[], fresh = false): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ value: undefined, error: undefined });
  useEffect(() => {
    const abort = new AbortController();
    if (fresh) {
      setAsked({ value: undefined, error: undefined });
    }
    ask(abort.signal).then(
      (value) => !abort.signal.aborted && setAsked({ value, error: undefined }),
      (error: Error) => !abort.signal.aborted && setAsked({ value: undefined, error }),
    );
    return () => abort.abort();
  }, inputs);
  return asked;
}

/** Calls again and again while the page is visible; `pause` is how long to wait after an answer, or `null` to stop. */
export function usePolling(call: () => Promise<number | null>, inputs: readonly unknown[]): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    let timer = 0;
    let over = false;
    const tick = async (): Promise<void> => {
      const pause = document.hidden ? 2000 : await latest.current();
      if (!over && pause !== null) {
        timer = window.setTimeout(() => void tick(), pause);
      }
    };
    void tick();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, inputs);
}

export function useSize<T extends HTMLElement>(): [{ current: T | null }, { width: number; height: number }] {
  const ref = useRef<T | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width, height });
    });
    watch.observe(ref.current!);
    return () => watch.disconnect();
  }, []);
  return [ref, size];
}

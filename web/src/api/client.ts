/** The HTTP API of the function app. The key is kept in this tab's memory and session, never in an address. */

const keyName = 'ae-explorer-key';
const root = location.pathname.replace(/\/explore(\/.*)?$/, '');

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly subject: string,
    message: string,
  ) {
    super(message);
  }
}

let key = sessionStorage.getItem(keyName);
let onUnauthorized: () => void = () => undefined;

export const hasKey = (): boolean => key !== null;

export function setKey(value: string | null): void {
  key = value;
  if (value === null) {
    sessionStorage.removeItem(keyName);
  } else {
    sessionStorage.setItem(keyName, value);
  }
}

export function whenUnauthorized(action: () => void): void {
  onUnauthorized = action;
}

/** Trades the one-time ticket of a local host's address for its key. */
export async function redeem(ticket: string): Promise<boolean> {
  const answer = await fetch(`${root}/explore/key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ticket }),
  });
  if (!answer.ok) {
    return false;
  }
  setKey(((await answer.json()) as { key: string }).key);
  return true;
}

export async function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (key !== null) {
    headers.set('x-functions-key', key);
  }
  let answer: Response;
  try {
    answer = await fetch(root + path, { ...init, method, headers, cache: 'no-store' });
  } catch (error) {
    if ((error as Error).name === 'AbortError') {
      throw error;
    }
    throw new ApiError(0, 'the function app', 'does not answer. Is it running?');
  }
  if (answer.status === 401) {
    setKey(null);
    onUnauthorized();
    throw new ApiError(401, 'the function key', 'is missing or not the right one');
  }
  if (!answer.ok) {
    throw await failure(answer, path);
  }
  return answer;
}

async function failure(answer: Response, path: string): Promise<ApiError> {
  try {
    const { error } = (await answer.json()) as { error: { subject: string; message: string } };
    return new ApiError(answer.status, error.subject, error.message);
  } catch {
    return new ApiError(answer.status, path, `the app answered with status ${answer.status}`);
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await send('GET', path, { signal: signal ?? null })).json()) as T;
}

export async function sendJson<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  return (await (await send(method, path, init)).json()) as T;
}

/** Bytes `[first, end)` of a file and the file's length; fewer where the file ends before. */
export async function readRange(path: string, first: number, end: number): Promise<{ bytes: ArrayBuffer; length: number }> {
  const answer = await send('GET', path, { headers: { range: `bytes=${first}-${end - 1}` } });
  const bytes = await answer.arrayBuffer();
  if (answer.status !== 206) {
    return { bytes: bytes.slice(first, end), length: bytes.byteLength };
  }
  const length = Number(answer.headers.get('content-range')?.split('/')[1]);
  return { bytes, length: Number.isFinite(length) ? length : first + bytes.byteLength };
}

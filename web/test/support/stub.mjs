// The function app's HTTP API as far as the page uses it, over folders: of the built page, of runs, of datasets.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * @param page folder of the built page
 * @param runs the runs: what the API says of them, with `folder` where their results are
 * @param datasets folder of datasets, or `null` where the app does not serve inputs
 * @returns address, and the requests that were made
 */
export async function startStub({ page, runs, datasets, key, ticket, plan }) {
  const seen = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = decodeURIComponent(url.pathname);
    const body = [];
    request
      .on('data', (block) => body.push(block))
      .on('end', () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(body).toString() });
        answer(request, response, path, Buffer.concat(body).toString());
      });
  });
  const json = (response, status, value) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const unknown = (response, subject) => json(response, 404, { error: { subject, message: 'does not exist' } });
  let good = ticket;

  function answer(request, response, path, body) {
    if (path === '/api/explore/key' && request.method === 'POST') {
      const given = JSON.parse(body).ticket;
      const opens = good !== undefined && given === good;
      good = undefined;
      return json(response, opens ? 200 : 403, opens ? { key } : {});
    }
    if (path.startsWith('/api/explore')) {
      return servePage(response, path.slice('/api/explore'.length));
    }
    if (request.headers['x-functions-key'] !== key) {
      return response.writeHead(401).end();
    }
    if (path === '/api/plan') {
      return plan ? json(response, 200, plan) : response.writeHead(404).end();
    }
    const describe = ({ folder, ...run }) => run;
    const [, , , runId, kind, ...rest] = path.split('/');
    const run = runs.find((one) => one.runId === runId);
    if (runId === undefined) {
      return request.method === 'POST' ? startRun(response, JSON.parse(body)) : json(response, 200, { runs: runs.map(describe) });
    }
    if (!run) {
      return unknown(response, `run ${runId}`);
    }
    if (kind === undefined) {
      if (request.method === 'DELETE') {
        run.status = 'terminated';
        return json(response, 202, describe(run));
      }
      return json(response, 200, describe(run));
    }
    if (kind === 'verify') {
      if (request.method === 'POST') {
        run.verified = { status: 'completed', report: { files: 5, chunks: 1, differenceCount: 0, differences: [] } };
        return json(response, 202, { status: 'pending' });
      }
      return run.verified ? json(response, 200, run.verified) : unknown(response, `verification of ${runId}`);
    }
    if (kind === 'results') {
      if (rest.length === 0) {
        return run.folder ? json(response, 200, { files: list(run.folder) }) : unknown(response, `run ${runId}`);
      }
      return serveFile(request, response, join(run.folder, normalize(rest.join('/'))));
    }
    if (kind === 'inputs' && datasets && rest[0] === 'activations') {
      return serveFile(request, response, join(datasets, normalize(rest.slice(1).join('/'))));
    }
    return response.writeHead(404).end();
  }

  function startRun(response, { dataset, recipe }) {
    if (dataset === 'nowhere') {
      return unknown(response, 'dataset nowhere');
    }
    const now = new Date().toISOString();
    const run = {
      ...(runs.find((one) => one.status === 'pending') ?? {}),
      runId: 'run-00000000000000000000000000000099',
      status: 'pending',
      dataset,
      recipe: typeof recipe === 'string' ? recipe : (recipe.name ?? ''),
      createdAt: now,
      lastUpdatedAt: now,
      phase: 'planning',
      chunksDone: 0,
      chunksTotal: 0,
      tokensDone: 0,
      tokensPerSecond: 0,
    };
    runs.unshift(run);
    return json(response, 202, { runId: run.runId, status: 'pending', started: true });
  }

  function servePage(response, path) {
    if (path === '') {
      return response.writeHead(308, { location: '/api/explore/' }).end();
    }
    const file = join(page, path === '/' ? 'index.html' : normalize(path));
    if (!existsSync(file)) {
      return response.writeHead(404).end();
    }
    return response
      .writeHead(200, {
        'content-type': types[extname(file)],
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
      })
      .end(readFileSync(file));
  }

  function serveFile(request, response, file) {
    if (!existsSync(file)) {
      return unknown(response, `result ${file}`);
    }
    const size = statSync(file).size;
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!range) {
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-length': size });
      return createReadStream(file).pipe(response);
    }
    const [first, last] = [Number(range[1]), Math.min(Number(range[2]), size - 1)];
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${size}`, 'content-length': last - first + 1 });
    return createReadStream(file, { start: first, end: last }).pipe(response);
  }

  await new Promise((resolve) => server.listen(Number(process.env.STUB_PORT ?? 0), '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    address: `http://127.0.0.1:${port}/api/explore`,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

function list(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ({ path: path.slice(folder.length + 1), length: statSync(path).size }));
}

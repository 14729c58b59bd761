import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { dataset, generateDataset, generateRun } from '../support/generate.mjs';
import { generateLargeRun } from '../support/generateLarge.mjs';
import { startStub } from '../support/stub.mjs';

export const key = 'the-key-of-the-stub';
export const ticket = 'one-time';
export const runIds = {
  full: 'run-0000000000000000000000000000000f',
  today: 'run-0000000000000000000000000000000a',
  large: 'run-0000000000000000000000000000000e',
  failed: 'run-0000000000000000000000000000000b',
  running: 'run-0000000000000000000000000000000c',
  stopped: 'run-0000000000000000000000000000000d',
};
export const largeLatents = 1_000_000;
const web = join(import.meta.dirname, '../..');
export const output = join(web, 'test/output');

/** Empty where there is no browser: then its tests are skipped. */
export const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-'));
  mkdirSync(output, { recursive: true });
  const generated = generateRun(join(folder, 'full'), { extras: true });
  generateRun(join(folder, 'today'), { extras: false });
  generateDataset(join(folder, 'datasets', dataset), generated.places);
  const bare = join(folder, 'bare');
  mkdirSync(bare);
  writeFileSync(join(bare, 'request.json'), '{}');
  generateLargeRun(join(folder, 'large'), largeLatents);
  const done = {
    status: 'completed',
    recipe: 'everything',
    createdAt: '2026-01-02T03:04:05Z',
    lastUpdatedAt: '2026-01-02T03:05:05Z',
    phase: 'done',
    chunksDone: 1,
    chunksTotal: 1,
    tokensDone: 192,
    tokensPerSecond: 96,
  };
  const stub = await startStub({
    page: join(web, 'dist'),
    datasets: join(folder, 'datasets'),
    key,
    ticket,
    plan: undefined,
    runs: [
      { ...done, runId: runIds.full, dataset, folder: join(folder, 'full') },
      { ...done, runId: runIds.today, dataset, folder: join(folder, 'today') },
      { ...done, runId: runIds.large, dataset: 'large', folder: join(folder, 'large') },
      {
        ...done,
        runId: runIds.failed,
        folder: bare,
        dataset: 'broken',
        status: 'failed',
        phase: 'failed',
        chunksDone: 0,
        chunksTotal: 0,
        tokensDone: 0,
        error: { subject: 'activations/broken/manifest.json', message: 'lacks the field shards' },
      },
      {
        ...done,
        runId: runIds.running,
        folder: bare,
        dataset: 'growing',
        status: 'running',
        phase: 'computing',
        chunksDone: 3,
        chunksTotal: 12,
        tokensDone: 3000,
        tokensPerSecond: 100,
      },
      {
        ...done,
        runId: runIds.stopped,
        folder: bare,
        dataset: 'halfway',
        status: 'terminated',
        phase: 'computing',
        chunksDone: 5,
        chunksTotal: 9,
        tokensDone: 5000,
        error: { subject: 'run', message: 'was terminated' },
      },
    ],
  });
  const browser = await launch();
  const stop = async (): Promise<void> => {
    await browser.close();
    await stub.stop();
    rmSync(folder, { recursive: true });
  };
  return { stub, browser, generated, stop };
}

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A page that knows the key, and what went wrong in it. */
export async function open(
  browser: Browser,
  address: string,
  fragment: string,
  options: { width?: number; dark?: boolean; knows?: string } = {},
) {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  await context.addInitScript((value) => sessionStorage.setItem('ae-explorer-key', value), options.knows ?? key);
  const page: Page = await context.newPage();
  const troubles = troublesOf(page);
  await page.goto(`${address}/${fragment}`);
  return { page, troubles, close: () => context.close() };
}

/** Errors and warnings of the console, what its policy blocks among them, and requests that fail, as they come. */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('requestfailed', (request) => {
    // A request of a view that was left.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') {
      troubles.push(`${request.url()}: ${reason}`);
    }
  });
  page.on('response', (answer) => answer.status() >= 400 && troubles.push(`${answer.url()}: ${answer.status()}`));
  return troubles;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`);
  });
}

/** The whole numbers behind the figures that a page shows. */
export const valuesOf = (page: Page, selector: string): Promise<string[]> =>
  page.$$eval(selector, (found) => found.map((one) => one.getAttribute('data-value') ?? ''));

export const latents = (runId: string, rest = ''): string => `#/runs/${runId}/mlp/3/latents${rest}`;

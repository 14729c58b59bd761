import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataset, lacking, longDataset, startHost, tokens } from '../support/host.mjs';
import { browserPath, faultsOf, launch, open, output, troublesOf, valuesOf } from './setup';

const runs = browserPath !== '' && lacking === '';
if (browserPath !== '' && lacking !== '') {
  console.warn(`web: the tests on a real host are skipped, as these are not there: ${lacking}`);
}

let host: Awaited<ReturnType<typeof startHost>>;
let browser: Browser;
let summary: any;
/** The run that a test stops in the middle. */
let stopped = '';

beforeAll(async () => {
  if (runs) {
    mkdirSync(output, { recursive: true });
    [host, browser] = await Promise.all([startHost(), launch()]);
    summary = JSON.parse((await host.result(host.runId, 'summary.json')).toString());
  }
}, 420_000);
afterAll(async () => {
  await browser?.close();
  await host?.stop();
}, 90_000);

const page0 = (): string => `${host.address}/explore/`;
const visit = (fragment: string) => open(browser, page0().slice(0, -1), fragment, { knows: host.key });
const at = (rest = ''): string => `#/runs/${host.runId}${rest}`;
const layer = 2;
const of = (name: string): any => summary.autoencoders.find((one: any) => one.autoencoder === name);
const scalarsOf = (name: string): any[] => summary.scalars.filter((one: any) => one.autoencoder === name && one.shape === 'Latents');
const ranking = (name: string): string => of(name).rankedBy;
const effectOf = (name: string): string =>
  scalarsOf(name).find(({ type }) => type.endsWith('write_to_final_residual_grad'))!.scalar;
const columns = async (scalar: string) => (await host.tensors(host.runId, `statistics/${scalar}/${layer}`)).tensors;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const best = (values: number[]): number => values.indexOf(Math.max(...values));
const numbers = async (page: Page, selector: string): Promise<number[]> => (await valuesOf(page, selector)).map(Number);

describe.runIf(runs)('a real host', () => {
  it('opens by the address that ./ae up prints, and lists the run', async () => {
    const page = await (await browser.newContext()).newPage();
    const troubles = troublesOf(page);
    await page.goto(host.explorer);
    const row = page.locator(`table.runs tr:has-text("${dataset}")`);
    await row.waitFor();
    expect(await row.innerText()).toMatch(/completed/);
    expect(await row.innerText()).toContain(tokens.toLocaleString('en-US'));
    expect(page.url()).not.toContain('ticket');
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  it('shows of a run what the per-token data come to', async () => {
    const { page, troubles, close } = await visit(at());
    await page.waitForSelector('.u-over');
    expect(summary.autoencoders.length).toBe(6);
    for (const one of summary.autoencoders) {
      const { tensors } = await host.tensors(host.runId, `tokens/${one.autoencoder}/${layer}`);
      const { count } = await columns(one.rankedBy);
      const shown = await numbers(page, `section[aria-label="Autoencoders"] tr:has(button:text-is("${one.autoencoder}, layer 2")) .number`);
      expect(shown[0]).toBeCloseTo(mean(tensors.active_latents.values), 9);
      expect(shown[1]).toBe(one.fractionOfVarianceUnexplained);
      expect(shown[2]).toBe(count.values.filter((n: number) => n === 0).length);
      expect(shown[3]! / mean(tensors.mean_squared_error.values)).toBeCloseTo(1, 4);
      expect(shown[4]! / mean(tensors.input_norm.values)).toBeCloseTo(1, 4);
      expect(shown.slice(5)).toEqual([tokens, 0]);
    }
    expect(troubles).toEqual([]);
    await close();
  });

  it('shows of latents what the statistics have, in their order', async () => {
    const { page, troubles, close } = await visit(at(`/stream/${layer}/latents`));
    await page.waitForSelector('#row-9 .number');
    await page.waitForFunction(() => !document.querySelector('.grid .dim'));
    const [own, effect] = [await columns(ranking('stream')), await columns(effectOf('stream'))];
    const order = own.mean_square.values
      .map((value: number, latent: number) => ({ value, latent }))
      .sort((a: any, b: any) => b.value - a.value || a.latent - b.latent)
      .slice(0, 10);
    const shares = effect.mean_absolute.values.reduce((sum: number, value: number) => sum + value, 0);
    for (const [row, { latent }] of order.entries()) {
      expect(await page.innerText(`#row-${row} a`)).toBe(`${latent}`);
      expect(await numbers(page, `#row-${row} .number`)).toEqual([
        ...['mean_square', 'frequency', 'mean', 'max'].map((name) => own[name].values[latent]),
        ...['mean', 'mean_absolute'].map((name) => effect[name].values[latent]),
        effect.mean_absolute.values[latent] / shares,
        ...['sign_consistency', 'max', 'min'].map((name) => effect[name].values[latent]),
      ]);
    }
    expect(troubles).toEqual([]);
    await close();
  });

  it('shows of a latent its statistics, examples, tokens and companions', async () => {
    const own = await columns(ranking('stream'));
    const latent = best(own.mean_square.values);
    const { page, troubles, close } = await visit(at(`/stream/${layer}/latents/${latent}`));
    await page.waitForSelector('table.figures tr:has-text("frequency")');
    const scalars = [ranking('stream'), ...scalarsOf('stream').map(({ scalar }) => scalar)].filter((one, i, all) => all.indexOf(one) === i);
    const all = await Promise.all(scalars.map(columns));
    for (const [label, name] of [['tokens', 'count'], ['mean', 'mean'], ['deviation', 'standard_deviation'], ['kurtosis', 'kurtosis']]) {
      expect(await numbers(page, `section[aria-label="Scalars side by side"] tr:has(th:text-is("${label}")) .number`)).toEqual(
        all.map((one) => one[name!].values[latent]),
      );
    }

    // Heat: the values of every token of the first example, from the rows of the per-token data.
    await page.waitForSelector('.examples li .token[title*="\\n"]');
    const examples = own.top_values.shape[1];
    const top = own.top_values.values.slice(latent * examples, (latent + 1) * examples);
    expect(await numbers(page, '.example-head .number')).toEqual(top.slice(0, 8));
    const { tensors: rows } = await host.tensors(host.runId, `latents/${ranking('stream')}/${layer}`);
    const starts = rows.sequence_lengths.values.reduce((sums: number[], n: number) => [...sums, sums.at(-1)! + n], [0]);
    const [sequence, position] = [own.top_sequences.values[latent * examples], own.top_positions.values[latent * examples]];
    const valueAt = (token: number): number => {
      const [first, end] = [rows.indptr.values[token], rows.indptr.values[token + 1]];
      const found = rows.indices.values.slice(first, end).indexOf(latent);
      return found < 0 ? 0 : rows.values.values[first + found];
    };
    const firstShown = Math.max(0, position - 16);
    const heated = await page.$$eval('.examples li:first-child .token', (all) => all.map((one) => (one as HTMLElement).style.background !== ''));
    expect(heated).toEqual(heated.map((_, i) => valueAt(starts[sequence] + firstShown + i) !== 0));

    const { tensors: logits } = await host.tensors(host.runId, `logits/stream/${layer}`);
    expect(await numbers(page, '.logits .number')).toEqual(
      ['promoted_values', 'suppressed_values'].flatMap((name) => logits[name].values.slice(latent * 10, latent * 10 + 10)),
    );
    const { tensors: together } = await host.tensors(host.runId, `coactivation/stream/${layer}`);
    const first = together.indptr.values[latent];
    await page.waitForSelector('section[aria-label="Fires together with"] tbody tr');
    expect((await numbers(page, 'section[aria-label="Fires together with"] tbody .number')).slice(0, 5)).toEqual(
      together.counts.values.slice(first, first + 5),
    );
    expect(troubles).toEqual([]);
    await close();
  });

  it('ranks the latents behind a token by what the per-token data hold', async () => {
    const { page, troubles, close } = await visit(at('/sequences/3?of=stream/2&at=17'));
    await page.waitForSelector('table.sortable tbody tr');
    const { tensors: rows } = await host.tensors(host.runId, `latents/${effectOf('stream')}/${layer}`);
    const token = rows.sequence_lengths.values.slice(0, 3).reduce((a: number, b: number) => a + b, 0) + 17;
    const row = rows.values.values.slice(rows.indptr.values[token], rows.indptr.values[token + 1]);
    await page.click(`table.sortable thead >> text="${effectOf('stream').replace(/_/g, ' ')}"`);
    await page.waitForURL(/rank=/);
    const place = await page.$$eval('table.sortable thead th', (heads) => heads.findIndex((one) => one.getAttribute('aria-sort') === 'descending'));
    const shown = await numbers(page, `table.sortable tbody td:nth-child(${place + 1}) .number`);
    expect(shown.filter((value) => value !== 0)).toEqual([...row].sort((a, b) => Math.abs(b) - Math.abs(a)));
    const { tensors: figures } = await host.tensors(host.runId, `tokens/stream/${layer}`);
    expect(await numbers(page, 'section[aria-label="Latents behind the token"] dl .number')).toEqual(
      ['active_latents', 'mean_squared_error', 'input_norm', 'gradient_norm'].map((name) => figures[name].values[token]),
    );
    expect(troubles).toEqual([]);
    await close();
  });

  it('starts a run once its plan was seen, stops it in the middle, and shows what it has', async () => {
    const { page, troubles, close } = await visit('#/runs');
    await page.click('text=Start a run');
    await page.fill('dialog input', longDataset);
    const stream = { name: 'stream', path: 'autoencoders/kjv-gpt2/saelens/resid_post' };
    await page.fill(
      'dialog textarea',
      JSON.stringify({ layers: [layer], autoencoders: [stream], derivedScalars: ['latent'], chunkTokens: 128 }),
    );
    await page.click('text=Show the plan');
    await page.waitForSelector('.plan dt');
    await look(page, 'start');
    await page.click('text=Start the run');
    await page.waitForURL(/runs\/run-/);
    stopped = /run-[0-9a-f]+/.exec(page.url())![0];
    await page.waitForSelector('text=/[1-9]\\d* of 384 chunks/');
    await page.click('text=Terminate …');
    await page.click('text=Terminate the run');
    await page.waitForSelector('.state.terminated');
    await page.waitForSelector('text=/\\d+ of 384 chunks are stored, with [\\d,]+ tokens/');
    const run = await host.json(`/runs/${stopped}`);
    expect(run.status).toBe('terminated');
    expect(run.chunksDone).toBeGreaterThan(0);
    expect(run.chunksDone).toBeLessThan(384);
    await page.waitForSelector(`text=${run.chunksDone} of 384 chunks are stored, with ${run.tokensDone.toLocaleString('en-US')} tokens`);
    expect(troubles).toEqual([]);
    await close();
  });

  it('shows why a run failed, in the list and on its page', async () => {
    const { error } = host.failed;
    const { page, troubles, close } = await visit('#/runs');
    await page.waitForSelector('.state.failed');
    await page.waitForSelector(`tr:has-text("${stopped.slice(0, 12)}") >> text=/[1-9]\\d* of 384 chunks/`);
    expect(await page.innerText('tr:has(.state.failed) .reason')).toBe(`${error.subject} ${error.message}`);
    await page.click('tr:has(.state.failed) a');
    await page.waitForSelector('[role=alert]');
    expect(await page.innerText('[role=alert]')).toBe(`${error.subject} ${error.message}`);
    expect(troubles).toEqual([]);
    await close();
  });

  it('verifies a run', async () => {
    const { page, troubles, close } = await visit(at());
    await page.click('text="Verify"');
    await page.waitForSelector('text=/verified: \\d+ files and \\d+ chunks are as they should be/');
    expect(troubles).toEqual([]);
    await close();
  });
});

/** Each question that people come with, from the run's page; what is typed counts as one. */
describe.runIf(runs)('three clicks or keystrokes answer', () => {
  const most = 3;

  async function ask(path: (hand: Hand, page: Page) => Promise<void>): Promise<void> {
    const { page, troubles, close } = await visit(at('?of=stream/2'));
    await page.waitForSelector('.u-over');
    const hand = new Hand(page);
    await path(hand, page);
    expect(hand.moves).toBeLessThanOrEqual(most);
    expect(troubles).toEqual([]);
    await close();
  }

  it('is this autoencoder any good, against its published figures', () =>
    ask(async (_, page) => {
      const row = page.locator('section[aria-label="Autoencoders"] tr:has-text("stream")');
      expect(await row.innerText()).toMatch(/published 23\.97/);
      expect(await page.innerText('section[aria-label="Autoencoders"]')).toContain('over tokens of its authors');
    }));

  it('which latents matter most to the loss', () =>
    ask(async (hand, page) => {
      await hand.click('text="Matter most to the loss"');
      await page.waitForSelector('#row-0 .number');
      const { mean: effect } = await columns(effectOf('stream'));
      expect(await page.innerText('#row-0 a')).toBe(`${best(effect.values.map(Math.abs))}`);
    }));

  it('which are dead', () =>
    ask(async (hand, page) => {
      await hand.click('text="Dead"');
      await page.waitForSelector('[role=grid]');
      const { count } = await columns(ranking('stream'));
      const dead = count.values.flatMap((n: number, latent: number) => (n === 0 ? [latent] : []));
      expect(await page.innerText('[role=status].under')).toContain(`${dead.length} of 1,024 latents`);
      expect(await page.innerText('#row-0 a')).toBe(`${dead[0]}`);
    }));

  it('which fire everywhere', () =>
    ask(async (hand, page) => {
      await hand.click('text="Fire everywhere"');
      await page.waitForSelector('#row-0 .number');
      const { frequency } = await columns(ranking('stream'));
      expect(await page.innerText('#row-0 a')).toBe(`${best(frequency.values)}`);
    }));

  it('what latent n does, on which text, and which tokens it promotes', () =>
    ask(async (hand, page) => {
      const { mean_square: square } = await columns(ranking('stream'));
      const latent = best(square.values);
      await hand.click('.jump:has-text("Latent") input');
      await hand.type(`${latent}`);
      await hand.press('Enter');
      await page.waitForSelector(`h1:has-text("Latent ${latent}")`);
      await page.waitForSelector('.verdict');
      await page.waitForSelector('.examples li .token');
      await page.waitForSelector('.logits li .token-text');
    }));

  it('which latents stand behind this token of this sequence', () =>
    ask(async (hand, page) => {
      await hand.click('.jump:has-text("Sequence") input');
      await hand.type('3:17');
      await hand.press('Enter');
      await page.waitForSelector('[data-position="17"][aria-pressed="true"]');
      await page.waitForSelector('table.sortable tbody tr');
      const { tensors } = await host.tensors(host.runId, `tokens/stream/${layer}`);
      expect((await page.$$('table.sortable tbody tr')).length).toBe(tensors.active_latents.values[3 * 128 + 17]);
    }));

  it('which latents are rare but strong', () =>
    ask(async (hand, page) => {
      await hand.click('text="Rare but strong"');
      await page.waitForSelector('#row-0 .number');
      const { count, max } = await columns(ranking('stream'));
      const rare = max.values.map((value: number, latent: number) => (count.values[latent] > 0 && count.values[latent] <= tokens / 1000 ? value : 0));
      expect(await page.innerText('#row-0 a')).toBe(`${best(rare)}`);
    }));

  it('what fires together with n', () =>
    ask(async (hand, page) => {
      await hand.click('.strongest .latent >> nth=0');
      await page.waitForSelector('section[aria-label="Fires together with"] tbody a');
    }));

  it('how this view goes to a colleague: its address, or the report', () =>
    ask(async (hand, page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await hand.click('text="Copy the address"');
      await page.waitForSelector('text="copied"');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
      const [download] = await Promise.all([page.waitForEvent('download'), hand.click('text=Save the report')]);
      expect(download.suggestedFilename()).toBe(`${dataset}-report.html`);
      const saved = await download.path();
      expect(statSync(saved).size).toBeLessThan(5_000_000);
      const report = readFileSync(saved, 'utf8');
      expect(report.match(/The 100 latents with the largest mean square/g)!.length).toBe(6);
    }));

  it('and the address has what was chosen', async () => {
    const { page, troubles, close } = await visit(at(`/stream/${layer}/latents?token=king&sort=latent&up=1`));
    await page.waitForSelector('text=/tokens? with “king”/');
    await page.waitForSelector('text=/^(?!1,024 )[\\d,]+ of 1,024 latents, by number/');
    await page.goto(`${page0()}${at(`/stream/${layer}/latents/5?list=random`)}`);
    await page.waitForSelector('.switch [aria-pressed=true]:text-is("Random")');
    await page.goto(`${page0()}${at('/sequences/0?of=heads/2&by=mean_squared_error')}`);
    await page.waitForSelector('.switch [aria-pressed=true]:text-is("Error")');
    expect(await page.inputValue('.choose select')).toBe('heads/2');
    expect(troubles).toEqual([]);
    await close();
  });
});

/** Counts what a person does. */
class Hand {
  moves = 0;

  constructor(private readonly page: Page) {}

  async click(selector: string): Promise<void> {
    this.moves++;
    await this.page.click(selector);
  }

  async type(text: string): Promise<void> {
    this.moves++;
    await this.page.keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    this.moves++;
    await this.page.keyboard.press(key);
  }
}

/** Screenshots at both widths, light and dark; it fits, and axe finds nothing serious in it. */
async function look(page: Page, name: string): Promise<void> {
  for (const [width, theme, faults] of [
    [360, 'light', false],
    [360, 'dark', true],
    [1280, 'dark', false],
    [1280, 'light', true],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(output, `host-${name}-${width}-${theme}.png`), fullPage: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(faults ? await faultsOf(page) : []).toEqual([]);
  }
}

const pages: [string, () => string, string][] = [
  ['runs', () => '#/runs', 'table.runs'],
  ['run', () => at('?of=stream/2'), '.u-over'],
  ['latents', () => at(`/stream/${layer}/latents`), '#row-9 .number'],
  ['latent', () => at(`/stream/${layer}/latents/${of('stream').strongestLatents[0].latent}`), '.logits li'],
  ['sequence', () => at('/sequences/3?of=stream/2&at=17'), 'table.sortable'],
  ['stopped', () => `#/runs/${stopped}`, 'text=What there is'],
  ['failed', () => `#/runs/${host.failed.runId}`, '[role=alert]'],
];

describe.runIf(runs)('on a real host', () => {
  it.each(pages)('the page %s fits, and axe finds no fault in it', async (name, fragment, ready) => {
    const { page, troubles, close } = await visit(fragment());
    await page.waitForSelector(ready);
    await look(page, name);
    expect(troubles).toEqual([]);
    await close();
  });
});

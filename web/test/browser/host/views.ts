// Each view of a real run against its files.
import { expect, it } from 'vitest';
import { dataset, longDataset, tokens } from '../../support/host.mjs';
import { troublesOf } from '../setup';
import { at, best, browser, columns, effectOf, host, layer, mean, numbers, of, ranking, scalarsOf, summary, visit } from './context';
import { look } from './look';

/** The run that a test stops in the middle. */
export let stopped = '';

export const viewTests = (): void => {
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
};

// What people ask of a run, and how few moves answer it.
import { readFileSync, statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { dataset, tokens } from '../../support/host.mjs';
import { at, best, columns, effectOf, host, layer, explorer, ranking, visit } from './context';

export const questionTests = (): void => {
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
      const isRare = (latent: number): boolean => count.values[latent] > 0 && count.values[latent] <= tokens / 1000;
      const rare = max.values.map((value: number, latent: number) => (isRare(latent) ? value : 0));
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
    await page.goto(`${explorer()}${at(`/stream/${layer}/latents/5?list=random`)}`);
    await page.waitForSelector('.switch [aria-pressed=true]:text-is("Random")');
    await page.goto(`${explorer()}${at('/sequences/0?of=heads/2&by=mean_squared_error')}`);
    await page.waitForSelector('.switch [aria-pressed=true]:text-is("Error")');
    expect(await page.inputValue('.choose select')).toBe('heads/2');
    expect(troubles).toEqual([]);
    await close();
  });
};

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

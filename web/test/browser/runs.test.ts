import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserPath, key, open, runIds, start, ticket } from './setup';

let all: Awaited<ReturnType<typeof start>>;

const withBrowser = browserPath !== '';

beforeAll(async () => {
  if (withBrowser) {
    all = await start();
  }
});
afterAll(() => all?.stop());

const visit = (fragment: string, options = {}) => open(all.browser, all.stub.address, fragment, options);

describe.runIf(withBrowser)('the key', () => {
  it('is asked for once, kept in the tab’s session, and sent as a header and never in an address', async () => {
    const context = await all.browser.newContext();
    const page = await context.newPage();
    await page.goto(all.stub.address);
    await page.fill('input[type=password]', 'wrong');
    await page.click('text=Open');
    await page.waitForSelector('text=does not take this key');
    await page.fill('input[type=password]', key);
    await page.click('text=Open');
    await page.waitForSelector('table.runs');
    await page.reload();
    await page.waitForSelector('table.runs');
    expect(await page.evaluate(() => [localStorage.length, document.cookie, location.href])).toEqual([
      0,
      '',
      `${all.stub.address}/`,
    ]);
    expect(all.stub.seen.some(({ url }) => url.includes(key))).toBe(false);
    await context.close();
  });

  it('comes for a ticket in the address of a local host, which is good once and does not stay', async () => {
    const context = await all.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${all.stub.address}/#/ticket/${ticket}/runs/${runIds.today}`);
    await page.waitForSelector('text=Autoencoders');
    expect(page.url()).toBe(`${all.stub.address}/#/runs/${runIds.today}`);
    const other = await (await all.browser.newContext()).newPage();
    await other.goto(`${all.stub.address}/#/ticket/${ticket}`);
    await other.waitForSelector('text=Function key');
    await other.context().close();
    await context.close();
  });
});

describe.runIf(withBrowser)('runs', () => {
  it('are listed with progress, time left and the reason of a failure', async () => {
    const { page, troubles, close } = await visit('#/runs');
    await page.waitForSelector('table.runs');
    const text = await page.innerText('table.runs');
    expect(text).toContain('3 of 12 chunks · 100 tokens/s · 2 min left · computing');
    expect(text).toContain('activations/broken/manifest.json lacks the field shards');
    expect(troubles).toEqual([]);
    await close();
  });

  it('say why they failed, and what a stopped one has', async () => {
    const { page, close } = await visit(`#/runs/${runIds.failed}`);
    await page.waitForSelector('[role=alert]');
    expect(await page.innerText('[role=alert]')).toBe('activations/broken/manifest.json lacks the field shards');
    await page.goto(`${all.stub.address}/#/runs/${runIds.stopped}`);
    await page.waitForSelector('text=5 of 9 chunks are stored, with 5,000 tokens');
    await close();
  });

  it('can be started, terminated and verified', async () => {
    const { page, close } = await visit('#/runs');
    await page.click('text=Start a run');
    await page.fill('dialog input', 'nowhere');
    await page.fill('dialog textarea', 'everything');
    await page.click('text=Show the plan');
    await page.waitForSelector('text=./ae plan');
    await page.click('text=Start the run');
    await page.waitForSelector('text=dataset nowhere does not exist');
    await page.fill('dialog input', 'somewhere');
    await page.click('text=Show the plan');
    await page.click('text=Start the run');
    await page.waitForURL(/run-0+99/);
    await page.click('text=Terminate …');
    await page.click('text=Terminate the run');
    await page.waitForSelector('.state.terminated');
    await page.goto(`${all.stub.address}/#/runs/${runIds.full}`);
    await page.click('text=Verify');
    await page.waitForSelector('text=verified: 5 files and 1 chunks are as they should be');
    await close();
  });
});

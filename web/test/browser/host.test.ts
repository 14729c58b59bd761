import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, host, layer, of, runs, start, stop, visit } from './host/context';
import { look } from './host/look';
import { questionTests } from './host/questions';
import { stopped, viewTests } from './host/views';

beforeAll(() => (runs ? start() : undefined), 420_000);
afterAll(stop, 90_000);

describe.runIf(runs)('a real host', viewTests);

/** Each question that people come with, from the run's page; what is typed counts as one. */
describe.runIf(runs)('three clicks or keystrokes answer', questionTests);

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

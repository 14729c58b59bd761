// The run of a real host that the tests beside this look at, and what its files say, read by code of the tests' own.
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { lacking, startHost } from '../../support/host.mjs';
import { browserPath, launch, open, output, valuesOf } from '../setup';

export const runs = browserPath !== '' && lacking === '';
if (browserPath !== '' && lacking !== '') {
  console.warn(`web: the tests on a real host are skipped, as these are not there: ${lacking}`);
}

export let host: Awaited<ReturnType<typeof startHost>>;
export let browser: Browser;
export let summary: any;

export async function start(): Promise<void> {
  mkdirSync(output, { recursive: true });
  [host, browser] = await Promise.all([startHost(), launch()]);
  summary = JSON.parse((await host.result(host.runId, 'summary.json')).toString());
}

export async function stop(): Promise<void> {
  await browser?.close();
  await host?.stop();
}

export const layer = 2;
export const explorer = (): string => `${host.address}/explore/`;
export const visit = (fragment: string) => open(browser, explorer().slice(0, -1), fragment, { knows: host.key });
export const at = (rest = ''): string => `#/runs/${host.runId}${rest}`;
export const of = (name: string): any => summary.autoencoders.find((one: any) => one.autoencoder === name);
export const scalarsOf = (name: string): any[] =>
  summary.scalars.filter((one: any) => one.autoencoder === name && one.shape === 'Latents');
export const ranking = (name: string): string => of(name).rankedBy;
export const effectOf = (name: string): string =>
  scalarsOf(name).find(({ type }) => type.endsWith('write_to_final_residual_grad'))!.scalar;
export const columns = async (scalar: string) => (await host.tensors(host.runId, `statistics/${scalar}/${layer}`)).tensors;
export const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
export const best = (values: number[]): number => values.indexOf(Math.max(...values));
export const numbers = async (page: Page, selector: string): Promise<number[]> => (await valuesOf(page, selector)).map(Number);

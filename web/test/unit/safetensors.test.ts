import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TensorFile, type ByteSource } from '../../src/api/safetensors';
import { tensor, writeTensors } from '../support/safetensors.mjs';

const folder = mkdtempSync(join(tmpdir(), 'explorer-'));
let reads: [number, number][] = [];

beforeAll(() => {
  writeTensors(
    join(folder, 'small'),
    { counts: tensor('I64', [0, -1, 2 ** 40]), values: tensor('F32', [1, 2, 3, 4, 5, 6], [3, 2]) },
    { scalar: 's' },
  );
  writeTensors(join(folder, 'large'), {
    rows: tensor(
      'F64',
      Array.from({ length: 1_000_000 }, (_, i) => i),
      [500_000, 2],
    ),
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function source(name: string): ByteSource {
  const content = readFileSync(join(folder, name));
  reads = [];
  return {
    read: (first, end) => {
      reads.push([first, end]);
      const bytes = content.subarray(first, end);
      return Promise.resolve({
        bytes: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
        length: content.length,
      });
    },
  };
}

it('reads a small file in one request, whole numbers of 64 bits among its tensors', async () => {
  const file = await TensorFile.open(source('small'));
  expect([...(await file.read('counts'))]).toEqual([0, -1, 2 ** 40]);
  expect([...(await file.readRows('values', 1, 2))]).toEqual([3, 4, 5, 6]);
  expect(file.metadata['scalar']).toBe('s');
  expect(reads).toHaveLength(1);
});

it('reads of a large file the rows that are asked for', async () => {
  const file = await TensorFile.open(source('large'));
  expect([...(await file.readRows('rows', 400_000, 2))]).toEqual([800_000, 800_001, 800_002, 800_003]);
  expect(reads).toHaveLength(2);
  expect(reads[1]![1] - reads[1]![0]).toBe(32);
});

it('refuses rows and tensors that are not there', async () => {
  const file = await TensorFile.open(source('small'));
  await expect(file.readRows('values', 2, 2)).rejects.toThrow('rows 2 to 4 are not in values');
  await expect(file.read('other')).rejects.toThrow('has no tensor other');
});

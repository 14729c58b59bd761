// Writes safetensors files as the engine does: wider types first.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const arrays = {
  F64: Float64Array,
  I64: BigInt64Array,
  F32: Float32Array,
  I32: Int32Array,
  U8: Uint8Array,
};

/** A tensor of numbers; `shape` is that of a vector where it is left out. */
export function tensor(dtype, numbers, shape = [numbers.length]) {
  const data = dtype === 'I64' ? BigInt64Array.from(numbers, (n) => BigInt(n)) : arrays[dtype].from(numbers);
  return { dtype, shape, data };
}

export function writeTensors(path, tensors, metadata = {}) {
  const names = Object.keys(tensors).sort((a, b) => tensors[b].data.BYTES_PER_ELEMENT - tensors[a].data.BYTES_PER_ELEMENT);
  const header = { __metadata__: metadata };
  let at = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors[name];
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    at += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat([length, text, ...names.map((name) => Buffer.from(tensors[name].data.buffer))]));
}

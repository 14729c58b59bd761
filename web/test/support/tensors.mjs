// Reads safetensors whole, for tests that compare what the page shows with what the files hold: none of the page's own code.

/** @returns tensors by name as `{ shape, values }`, and the metadata. */
export function readTensors(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString('utf8'));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [begin, end] = [] }] of Object.entries(header)) {
    if (name !== '__metadata__') {
      const data = bytes.subarray(8 + length + begin, 8 + length + end);
      tensors[name] = { shape, values: numbers(dtype, data.buffer.slice(data.byteOffset, data.byteOffset + data.length)) };
    }
  }
  return { tensors, metadata: header['__metadata__'] ?? {} };
}

function numbers(dtype, buffer) {
  const types = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U32: Uint32Array, U8: Uint8Array };
  return dtype === 'I64' ? Array.from(new BigInt64Array(buffer), Number) : Array.from(new types[dtype](buffer));
}

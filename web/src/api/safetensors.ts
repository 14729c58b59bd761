/** Reads safetensors files by ranges: the header once, then rows of tensors. */

export interface ByteSource {
  /** Bytes `[first, end)` and the file's length. */
  read(first: number, end: number): Promise<{ bytes: ArrayBuffer; length: number }>;
}

export type Numbers = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export interface Tensor {
  dtype: string;
  shape: number[];
  first: number;
  end: number;
}

/** One request for the header, and all of it for a small file. */
const firstRead = 128 * 1024;

/** A file up to this size is read whole at the first look past its header: one request in place of many. */
const wholeFile = 3 * 1024 * 1024;

const sizes: Record<string, number> = { F64: 8, I64: 8, F32: 4, I32: 4, U32: 4, U16: 2, U8: 1, BOOL: 1 };

export class TensorFile {
  private whole: Promise<ArrayBuffer> | null = null;

  private constructor(
    private readonly source: ByteSource,
    private readonly start: ArrayBuffer,
    private readonly length: number,
    readonly tensors: ReadonlyMap<string, Tensor>,
    readonly metadata: Readonly<Record<string, string>>,
  ) {}

  static async open(source: ByteSource): Promise<TensorFile> {
    let { bytes, length } = await source.read(0, firstRead);
    if (bytes.byteLength < 8) {
      throw new Error('is too short for a safetensors file');
    }
    const headerLength = Number(new DataView(bytes).getBigUint64(0, true));
    const data = 8 + headerLength;
    if (data > length) {
      throw new Error('ends before its header does');
    }
    if (data > bytes.byteLength) {
      ({ bytes, length } = await source.read(0, data));
    }
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerLength))) as Record<string, unknown>;
    const tensors = new Map<string, Tensor>();
    for (const [name, value] of Object.entries(header)) {
      if (name !== '__metadata__') {
        const { dtype, shape, data_offsets } = value as { dtype: string; shape: number[]; data_offsets: [number, number] };
        tensors.set(name, { dtype, shape, first: data + data_offsets[0], end: data + data_offsets[1] });
      }
    }
    return new TensorFile(source, bytes, length, tensors, (header['__metadata__'] ?? {}) as Record<string, string>);
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  tensor(name: string): Tensor {
    const found = this.tensors.get(name);
    if (!found) {
      throw new Error(`has no tensor ${name}`);
    }
    return found;
  }

  rows(name: string): number {
    return this.tensor(name).shape[0] ?? 1;
  }

  /** All numbers of a tensor. */
  async read(name: string): Promise<Numbers> {
    return this.readRows(name, 0, this.rows(name));
  }

  /** The numbers of `count` rows from `first`; whole numbers of 64 bits as doubles. */
  async readRows(name: string, first: number, count: number): Promise<Numbers> {
    const { dtype, shape, first: begin, end } = this.tensor(name);
    const rowBytes = shape.slice(1).reduce((product, n) => product * n, sizes[dtype] ?? 0);
    const from = begin + first * rowBytes;
    const to = from + count * rowBytes;
    if (first < 0 || to > end) {
      throw new RangeError(`rows ${first} to ${first + count} are not in ${name}`);
    }
    return numbers(dtype, await this.bytes(from, to));
  }

  private async bytes(from: number, to: number): Promise<ArrayBuffer> {
    if (from === to) {
      return new ArrayBuffer(0);
    }
    if (to <= this.start.byteLength) {
      return this.start.slice(from, to);
    }
    if (this.length <= wholeFile) {
      this.whole ??= this.source.read(0, this.length).then(({ bytes }) => bytes);
      return (await this.whole).slice(from, to);
    }
    const { bytes } = await this.source.read(from, to);
    if (bytes.byteLength !== to - from) {
      throw new Error('ends before its tensors do');
    }
    return bytes;
  }
}

function numbers(dtype: string, bytes: ArrayBuffer): Numbers {
  switch (dtype) {
    case 'F64':
      return new Float64Array(bytes);
    case 'F32':
      return new Float32Array(bytes);
    case 'I32':
      return new Int32Array(bytes);
    case 'U32':
      return new Uint32Array(bytes);
    case 'U16':
      return new Uint16Array(bytes);
    case 'U8':
    case 'BOOL':
      return new Uint8Array(bytes);
    case 'I64': {
      const low = new Uint32Array(bytes);
      const high = new Int32Array(bytes);
      const values = new Float64Array(low.length / 2);
      for (let i = 0; i < values.length; i++) {
        values[i] = high[2 * i + 1]! * 4294967296 + low[2 * i]!;
      }
      return values;
    }
    default:
      throw new Error(`has numbers of the type ${dtype}, which this page does not read`);
  }
}

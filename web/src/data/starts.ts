/** Where each begins of things that lie end to end, and where the last ends. */
export function startsOf(lengths: ArrayLike<number>): Float64Array {
  const starts = new Float64Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) {
    starts[i + 1] = starts[i]! + lengths[i]!;
  }
  return starts;
}

/** Means of the tokens that count, which are those with an error that is a number. */
export function meansByPosition(starts: ArrayLike<number>, active: ArrayLike<number>, errors: ArrayLike<number>): Float64Array {
  const sums: number[] = [];
  const counts: number[] = [];
  for (let sequence = 0; sequence + 1 < starts.length; sequence++) {
    for (let row = starts[sequence]!; row < starts[sequence + 1]!; row++) {
      const position = row - starts[sequence]!;
      sums[position] ??= 0;
      counts[position] ??= 0;
      if (!Number.isNaN(errors[row]!)) {
        sums[position]! += active[row]!;
        counts[position]!++;
      }
    }
  }
  return Float64Array.from(sums, (sum, i) => (counts[i]! > 0 ? sum / counts[i]! : NaN));
}

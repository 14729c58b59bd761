/** Goes to the thing of a number. */
export function Jump({ label, most, open }: { label: string; most: number; open: (n: number) => void }) {
  return (
    <form
      class="jump"
      onSubmit={(event) => {
        event.preventDefault();
        open((event.currentTarget.elements.namedItem('n') as HTMLInputElement).valueAsNumber);
      }}
    >
      <label>
        <span>{label}</span>
        <input name="n" type="number" required min={0} max={Math.max(0, most)} step={1} placeholder={`0–${most}`} />
      </label>
      <button type="submit">Go</button>
    </form>
  );
}

/** Goes to a sequence, or to a token of it: `3`, or `3:17` for the token at position 17. */
export function JumpToToken({ most, open }: { most: number; open: (sequence: number, position: number | undefined) => void }) {
  return (
    <form
      class="jump"
      onSubmit={(event) => {
        event.preventDefault();
        const { value } = event.currentTarget.elements.namedItem('n') as HTMLInputElement;
        const [sequence, position] = value.split(/\D+/).filter((part) => part.length > 0).map(Number);
        open(sequence!, position);
      }}
    >
      <label>
        <span>Sequence</span>
        <input
          name="n"
          required
          autocomplete="off"
          pattern="\s*\d{1,15}(\s*[:, ]\s*\d{1,9})?\s*"
          title="a sequence, or a sequence and a position in it, such as 3:17"
          placeholder={`0–${most}, or 3:17`}
        />
      </label>
      <button type="submit">Go</button>
    </form>
  );
}

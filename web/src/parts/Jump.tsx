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

import { useState } from 'preact/hooks';
import type { ScalarSummary } from '../../api/types';
import { columnOf, describeColumn, statistics } from '../../data/columns';
import { figure, words } from '../../data/format';
import type { Condition } from '../../data/sort';

/** The filters in force, and a form for one more. */
export function FilterList({
  scalars,
  filters,
  onChange,
}: {
  scalars: readonly ScalarSummary[];
  filters: readonly Condition[];
  onChange: (filters: Condition[]) => void;
}) {
  const [scalar, setScalar] = useState(scalars[0]?.scalar ?? '');
  const [statistic, setStatistic] = useState('frequency');
  const [least, setLeast] = useState('');
  const [most, setMost] = useState('');
  const bound = (text: string, none: number): number => (text.trim() === '' ? none : Number(text));
  const [low, high] = [bound(least, -Infinity), bound(most, Infinity)];
  const valid = (least.trim() !== '' || most.trim() !== '') && !Number.isNaN(low) && !Number.isNaN(high);
  return (
    <form
      class="filter"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) {
          const column = columnOf(scalar, statistic);
          onChange([...filters.filter((one) => one.column !== column), { column, least: low, most: high }]);
          setLeast('');
          setMost('');
        }
      }}
    >
      <fieldset>
        <legend>Filter</legend>
        <select aria-label="Scalar" value={scalar} onChange={(event) => setScalar(event.currentTarget.value)}>
          {scalars.map((one) => (
            <option key={one.scalar} value={one.scalar}>
              {words(one.scalar)}
            </option>
          ))}
        </select>
        <select aria-label="Statistic" value={statistic} onChange={(event) => setStatistic(event.currentTarget.value)}>
          {statistics.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <input
          aria-label="At least"
          placeholder="at least"
          inputMode="decimal"
          value={least}
          onInput={(event) => setLeast(event.currentTarget.value)}
        />
        <input
          aria-label="At most"
          placeholder="at most"
          inputMode="decimal"
          value={most}
          onInput={(event) => setMost(event.currentTarget.value)}
        />
        <button type="submit" disabled={!valid}>
          Add
        </button>
      </fieldset>
      {filters.length > 0 ? (
        <ul class="chips" aria-label="Filters">
          {filters.map((one) => (
            <li key={one.column} class="chip">
              {one.least > -Infinity ? `${figure(one.least)} ≤ ` : ''}
              {describeColumn(one.column)}
              {one.most < Infinity ? ` ≤ ${figure(one.most)}` : ''}
              <button
                type="button"
                aria-label={`Remove the filter of ${describeColumn(one.column)}`}
                onClick={() => onChange(filters.filter((other) => other !== one))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </form>
  );
}

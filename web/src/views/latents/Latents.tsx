import { useEffect, useMemo, useState } from 'preact/hooks';
import { bare, columnOf, describeColumn, isMagnitude, latentColumn, splitColumn, statistics } from '../../data/columns';
import { formatFilters, parseFilters } from '../../data/filters';
import { count, words } from '../../data/format';
import type { Results } from '../../data/results';
import { filterRows, sortRows, type Condition } from '../../data/sort';
import { Choose, Figure, Trouble, Waiting } from '../../parts/Bits';
import { useAsked } from '../../parts/hooks';
import { go, link, replace } from '../../parts/route';
import { VirtualTable, type Head } from '../../parts/VirtualTable';
import { FilterList } from './FilterList';
import { TokenSearch } from './TokenSearch';

const none: Head[] = [];

type Columns = Record<string, ArrayLike<number> | null>;

/** All latents of an autoencoder, sorted, filtered and searched. What is shown is in the address. */
export function Latents({
  results,
  autoencoder,
  layer,
  query,
}: {
  results: Results;
  autoencoder: string;
  layer: number;
  query: URLSearchParams;
}) {
  const scalars = results.scalars(autoencoder, layer);
  const first = scalars[0]!;
  const table = results.table(autoencoder, layer);
  const shown = scalars.find((one) => one.scalar === query.get('show')) ?? results.effect(autoencoder, layer) ?? first;
  const sort = { column: query.get('sort') ?? columnOf(first.scalar, 'mean_square'), descending: query.get('up') !== '1' };
  const filterText = query.get('filter');
  const filters = useMemo(() => parseFilters(filterText), [filterText]);
  const [marked, setMarked] = useState<Uint8Array | null>(null);
  const here = ['runs', results.run.runId, autoencoder, layer, 'latents'];

  const change = (next: { sort?: string; up?: string; show?: string; filter?: string; token?: string }): void =>
    replace(link(here, { ...Object.fromEntries(query), ...next }));
  const heads = useMemo(() => headsOf(first.scalar, shown.scalar, sort.column), [first, shown, sort.column]);
  const order = useAsked(async () => {
    const [key, conditions] = await Promise.all([table.column(sort.column), table.conditions(filters)]);
    const rows = filterRows(table.width, conditions, marked ?? undefined);
    return key ? sortRows(key, rows, sort.descending) : rows;
  }, [table, sort.column, sort.descending, filters, marked]);
  const rows = order.value;
  // The order comes first: on a large run every column is megabytes.
  const columns = useColumns(results, autoencoder, layer, rows ? heads : none);
  const open = (row: number): void => go(link([...here, rows![row]!]));

  return (
    <>
      <div class="page-head">
        <h1>
          Latents{' '}
          <small>
            {autoencoder}, layer {layer}
          </small>
        </h1>
        <Choose
          label="Show"
          value={shown.scalar}
          onChange={(show) => change({ show })}
          choices={scalars.map((one) => ({ value: one.scalar, label: words(one.scalar) }))}
        />
      </div>
      <div class="table-tools">
        <TokenSearch
          results={results}
          table={table}
          scalars={scalars}
          wanted={query.get('token') ?? ''}
          onWanted={(token) => change({ token })}
          onMarked={setMarked}
        />
        <FilterList
          scalars={scalars}
          filters={filters}
          onChange={(next: Condition[]) => change({ filter: formatFilters(next) })}
        />
      </div>
      {order.error ? <Trouble error={order.error} /> : null}
      <p class="under" role="status">
        {rows
          ? `${count(rows.length)} of ${count(table.width)} latents, by ${sort.column === latentColumn ? 'number' : describeColumn(sort.column)}`
          : ''}
        {columns[sort.column] === null ? ', which this run did not record' : ''}
      </p>
      {rows ? (
        <VirtualTable
          label={`Latents of ${autoencoder}, layer ${layer}`}
          heads={heads}
          rows={rows.length}
          sort={sort}
          onSort={(column) => change({ sort: column, up: column === sort.column && sort.descending ? '1' : '' })}
          onOpen={open}
          cells={(row) => {
            const latent = rows[row]!;
            return heads.map((head) =>
              head.id === latentColumn ? (
                <a tabIndex={-1} href={link([...here, latent])}>
                  {latent}
                </a>
              ) : (
                cell(columns[head.id], latent)
              ),
            );
          }}
        />
      ) : order.error ? null : (
        <Waiting what="the latents" />
      )}
    </>
  );
}

function cell(column: ArrayLike<number> | null | undefined, latent: number) {
  return column === undefined ? <span class="dim">…</span> : <Figure value={column ? column[latent] : null} />;
}

const brief = ['frequency', 'mean', 'max'];
const full = ['mean', 'mean_absolute', 'share', 'sign_consistency', 'max', 'min'];

/** The latent, the ranking scalar's chief figures, those of the scalar that is shown, and the column that sorts. */
function headsOf(first: string, shown: string, sort: string): Head[] {
  const one = (scalar: string, id: string): Head => {
    const { label, title } = statistics.find((statistic) => statistic.id === id)!;
    return { id: columnOf(scalar, id), label, title: `${title}, of ${words(scalar)}`, group: words(scalar) };
  };
  const heads: Head[] = [{ id: latentColumn, label: 'latent', title: 'the latent’s number' }];
  if (first === shown) {
    heads.push(...statistics.map(({ id }) => one(first, id)));
  } else {
    heads.push(...brief.map((id) => one(first, id)), ...full.map((id) => one(shown, id)));
  }
  if (!heads.some((head) => head.id === sort)) {
    const { scalar, statistic } = splitColumn(bare(sort));
    const label = statistics.find(({ id }) => id === statistic)?.label ?? statistic;
    heads.splice(scalar === shown && first !== shown ? 1 + brief.length : 1, 0, {
      id: sort,
      label: isMagnitude(sort) ? `|${label}|` : label,
      group: words(scalar),
      title: describeColumn(sort),
    });
  }
  return heads;
}

function useColumns(results: Results, autoencoder: string, layer: number, heads: readonly Head[]): Columns {
  const [columns, setColumns] = useState<Columns>({});
  useEffect(() => {
    let over = false;
    const table = results.table(autoencoder, layer);
    for (const { id } of heads) {
      table.column(id).then(
        (values) => !over && setColumns((known) => (known[id] === values ? known : { ...known, [id]: values })),
        () => undefined,
      );
    }
    return () => {
      over = true;
    };
  }, [results, autoencoder, layer, heads]);
  return columns;
}

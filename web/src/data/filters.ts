import { bare, latentColumn } from './columns';
import type { Condition } from './sort';

/**
 * Filters as the address has them: `column:least:most`, parted by commas, either bound left out where there is none; `|column|` for the
 * magnitude.
 */
export function parseFilters(text: string | null): Condition[] {
  return (text ?? '').split(',').flatMap((part) => {
    const [column = '', least = '', most = ''] = part.split(':');
    if (!bare(column).includes('.') && column !== latentColumn) {
      return [];
    }
    const bound = (given: string, none: number): number => (given === '' || Number.isNaN(Number(given)) ? none : Number(given));
    return [{ column, least: bound(least, -Infinity), most: bound(most, Infinity) }];
  });
}

export function formatFilters(filters: readonly Condition[]): string {
  const bound = (value: number): string => (Number.isFinite(value) ? String(value) : '');
  return filters.map(({ column, least, most }) => `${column}:${bound(least)}:${bound(most)}`).join(',');
}

export interface Statistic {
  id: string;
  label: string;
  title: string;
}

/** The statistics of a scalar that are columns of the table of latents. */
export const statistics: readonly Statistic[] = [
  { id: 'frequency', label: 'frequency', title: 'fraction of tokens where the value is not zero' },
  { id: 'count', label: 'tokens', title: 'tokens where the value is not zero' },
  { id: 'mean', label: 'mean', title: 'mean over all tokens, zeros among them' },
  { id: 'mean_absolute', label: 'mean |x|', title: 'mean magnitude over all tokens, zeros among them' },
  { id: 'share', label: 'share', title: 'share of the sum of all latents’ magnitudes' },
  { id: 'mean_square', label: 'mean x²', title: 'mean square over all tokens, zeros among them' },
  { id: 'standard_deviation', label: 'deviation', title: 'standard deviation over all tokens' },
  { id: 'max', label: 'max', title: 'the largest value that is not zero' },
  { id: 'min', label: 'min', title: 'the smallest value that is not zero' },
  { id: 'sign_consistency', label: 'sign', title: 'of the values that are not zero, the fraction with the more frequent sign' },
  { id: 'skewness', label: 'skewness', title: 'skewness over all tokens' },
  { id: 'kurtosis', label: 'kurtosis', title: 'excess kurtosis over all tokens' },
];

export const latentColumn = 'latent';

export const columnOf = (scalar: string, statistic: string): string => `${scalar}.${statistic}`;

export function splitColumn(column: string): { scalar: string; statistic: string } {
  const dot = column.lastIndexOf('.');
  return { scalar: column.slice(0, dot), statistic: column.slice(dot + 1) };
}

/** `|column|` is the magnitude of a column. */
export const isMagnitude = (column: string): boolean => column.startsWith('|');

export const bare = (column: string): string => column.replaceAll('|', '');

export function describeColumn(column: string): string {
  const { scalar, statistic } = splitColumn(bare(column));
  const text = `${statistic.replace(/_/g, ' ')} of ${scalar.replace(/_/g, ' ')}`;
  return isMagnitude(column) ? `|${text}|` : text;
}

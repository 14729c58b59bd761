const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export const count = (value: number): string => whole.format(value);

/** Four significant digits, in a form that lines up well; an em dash for what is not a number. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '—';
  }
  if (value === 0 || !Number.isFinite(value)) {
    return String(value).replace('-', '−');
  }
  const size = Math.abs(value);
  const text =
    Number.isInteger(value) && size < 1e9
      ? whole.format(value)
      : size >= 1e6 || size < 1e-4
        ? value.toExponential(2)
        : value.toPrecision(4);
  return text.replace(/-/g, '−');
}

export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return '—';
  }
  const scaled = value * 100;
  return `${scaled === 0 || scaled >= 0.01 ? Number(scaled.toPrecision(3)) : scaled.toExponential(1).replace('-', '−')} %`;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${units[unit]}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) {
    return `${Math.max(0, Math.round(seconds))} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}

export function ago(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  return Number.isNaN(seconds) ? '' : seconds < 5 ? 'just now' : `${duration(seconds)} ago`;
}

/** A scalar's name without what the names of its siblings share with it. */
export const words = (name: string): string => name.replace(/_/g, ' ');

import type { ComponentChildren } from 'preact';
import { figure } from '../data/format';

export function Missing({ what, how }: { what: string; how?: string }) {
  return (
    <p class="missing">
      {what}: not recorded by this run.{how ? ` ${how}` : ''}
    </p>
  );
}

export function Trouble({ error }: { error: Error }) {
  const subject = (error as Error & { subject?: string }).subject;
  return (
    <p class="trouble" role="alert">
      {subject ? <strong>{subject} </strong> : null}
      {error.message}
    </p>
  );
}

export function Waiting({ what }: { what: string }) {
  return (
    <p class="waiting" role="status">
      Reading {what} …
    </p>
  );
}

/** A number as people read it; the whole of it on hover and for tests. */
export function Figure({ value, text }: { value: number | null | undefined; text?: string }) {
  const given = value === null || value === undefined || Number.isNaN(value);
  return (
    <span class="number" title={given ? undefined : String(value)} data-value={given ? undefined : String(value)}>
      {text ?? figure(value)}
    </span>
  );
}

export function Fact({ name, hint, children }: { name: string; hint?: string; children: ComponentChildren }) {
  return (
    <div class="fact" title={hint}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What is wider than a narrow screen scrolls sideways, by the keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

export interface Choice {
  value: string;
  label: string;
  disabled?: boolean;
}

export function Choose({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}) {
  return (
    <label class="choose">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.disabled}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Buttons of which one is pressed. */
export function Switch({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}) {
  return (
    <div class="switch" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          disabled={choice.disabled}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </div>
  );
}

export function Card({
  title,
  aside,
  children,
  wide,
}: {
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
  wide?: boolean;
}) {
  return (
    <section class={wide ? 'card wide' : 'card'} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

import type { Language } from './language.js';

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** An instant as people of that language write it, with the time zone of this browser. */
export function instantText(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(instant));
}

/** "5 minutes ago", "in 2 hours". */
export function relativeText(instant: string, now: number, language: Language): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

export function numberText(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value);
}

/** The day of an instant where the browser is, as `2026-12-31`. */
export function dayOf(instant: string): string {
  const at = new Date(instant);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** A day such as `2026-12-31`, as people of that language write it. */
export function dayText(day: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** The time of day of an instant, to the second. */
export function timeText(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(new Date(instant));
}

/** The time of day of an instant, to the minute. */
export function clockText(instant: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(instant));
}

/** A span of time in its largest unit, e.g. "4 minutes". */
export function spanText(seconds: number, language: Language): string {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? (['second', 1] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.floor(seconds / size));
}

/** A share, e.g. "98.5 %". */
export function shareText(share: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

import type { FastifyRequest } from 'fastify';

/** The languages of our pages, each by its own name, the one for everybody else first. A further one is asked of each texts.ts by its type. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const known = Object.keys(languages) as Language[];
const fallback: Language = 'en';

/** What the request asks for by name, as the links between the languages of a page do; null where it asks for none of ours. */
export function askedLanguage({ query }: Pick<FastifyRequest, 'query'>): Language | null {
  const { lang } = (query ?? {}) as { lang?: unknown };
  return known.find((language) => language === lang) ?? null;
}

/** The best of our languages by `Accept-Language` (RFC 9110 section 12.5.4): `de-AT` is served by `de`, `*` by the first, a refused language never. */
export function preferredLanguage(header: string | undefined): Language {
  const ranges = (header ?? '').split(',').flatMap((element) => rangeOf(element));
  const wishes = known.flatMap((language) => wishFor(language, ranges));
  return wishes.sort((one, other) => other.weight - one.weight || one.place - other.place)[0]?.language ?? fallback;
}

interface Range {
  range: string;
  weight: number;
}

/** How much a language is wished for, and where in the list; nothing where it is not, or refused. */
function wishFor(language: Language, ranges: readonly Range[]) {
  const isNamed = ({ range }: Range) => range === language || range.startsWith(`${language}-`);
  const named = ranges.filter(isNamed);
  const weight = Math.max(
    0,
    ...(named.length > 0 ? named : ranges.filter(({ range }) => range === '*')).map((one) => one.weight),
  );
  const place = named.length > 0 ? ranges.findIndex(isNamed) : ranges.length;
  return weight > 0 ? [{ language, weight, place }] : [];
}

/** A language range with its weight; nothing where the element is not well-formed. */
function rangeOf(element: string): Range[] {
  const [, range = '', weight = '1'] =
    /^\s*(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(element) ?? [];
  return range === '' ? [] : [{ range: range.toLowerCase(), weight: Number(weight) }];
}

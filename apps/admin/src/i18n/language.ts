import { useSyncExternalStore } from 'react';

/** A new language joins here; the compiler then names every text that it lacks. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

const storageKey = 'gk-language';
const listeners = new Set<() => void>();
let current: Language | undefined;

/** The operator's choice, else the first of the browser's languages that is here. */
function preferred(): Language {
  const wishes = [localStorage.getItem(storageKey) ?? '', ...navigator.languages];
  return wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

function isLanguage(value: string): value is Language {
  return Object.hasOwn(languages, value);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The language now, outside of components. */
export function languageNow(): Language {
  current ??= preferred();
  return current;
}

/** Changes the language of everything that is shown, and remembers it. */
export function chooseLanguage(language: Language): void {
  current = language;
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, languageNow);
}

/** The texts of the language that is chosen: `useTexts({ en, de })`. */
export function useTexts<T>(texts: Record<Language, T>): T {
  return texts[useLanguage()];
}

import { type Language, languageNow } from '../i18n/language.js';
import { rules } from './rules.de.js';

const translations: Partial<Record<Language, typeof rules>> = { de: rules };

/** A broken rule of the contracts as a sentence in the language that is chosen. */
export function ruleWords(message: string, language: Language = languageNow()): string {
  const known = translations[language]?.find(([pattern]) => pattern.test(message));
  const words = known ? message.replace(known[0], known[1]) : message;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

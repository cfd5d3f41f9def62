import { ApiProblem } from '../api/client.js';
import { type Language, useLanguage } from '../i18n/language.js';
import { useCommonTexts } from './common-texts.js';
import { problemTexts as de } from './problem-texts.de.js';
import { ruleWords } from './rule-words.js';

const translations: Partial<Record<Language, typeof de>> = { de };

/** The words for an error, in the language that is chosen where there are some, else the API's own. */
export function useErrorText(): (error: unknown) => string {
  const texts = useCommonTexts();
  const language = useLanguage();
  return (error) => {
    if (!(error instanceof ApiProblem)) return texts.noAnswer;
    const { code, detail } = error.problem;
    return translations[language]?.[code] ?? detail;
  };
}

/** What the API found wrong, field by field, as lines: "tokenUrl: must be an absolute https URL". */
export function fieldLines(error: unknown): string[] {
  const errors = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  return errors.map(({ path, message }) => `${path}: ${ruleWords(message)}`);
}

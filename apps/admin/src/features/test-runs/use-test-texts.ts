import type { Diagnosis } from '@grantkeeper/contracts/test-runs/http';
import { useTexts } from '../../i18n/language.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

export const useTestTexts = () => useTexts({ en, de });

/** The words of a diagnosis in the language that is chosen. */
export function useDiagnosisWords(): (diagnosis: Diagnosis) => { what: string; mend: string } {
  const { words } = useTestTexts();
  return ({ code, what, mend }) => words[code] ?? { what, mend };
}

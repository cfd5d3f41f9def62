import { useTexts } from '../i18n/language.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Words that every page uses, in the language that is chosen. */
export const useCommonTexts = () => useTexts({ en, de });

import type { Language } from '../pages/language.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** The words of the user's own pages. Names come from outside and are escaped by the template. */
export const texts: Record<Language, typeof en> = { en, de };

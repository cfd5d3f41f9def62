import type { Language } from './language.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** The words that all pages share. Each slice has its own beside its pages; a language that lacks one does not compile. */
export const texts: Record<Language, typeof en> = { en, de };

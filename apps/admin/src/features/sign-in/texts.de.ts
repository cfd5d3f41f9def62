import type { en } from './texts.en.js';

export const de: typeof en = {
  title: 'Anmelden',
  intro: 'Für alle, die diese Installation einrichten und betreuen.',
  email: 'E-Mail',
  password: 'Passwort',
  submit: 'Anmelden',
  wrong: 'E-Mail oder Passwort ist falsch.',
};

import type { en } from './texts.en.js';

export const de: typeof en = {
  title: 'Anmelden',
  intro: 'Für alle, die diese Installation einrichten und betreuen.',
  email: 'E-Mail',
  password: 'Passwort',
  submit: 'Anmelden',
  wrong: 'E-Mail oder Passwort ist falsch.',
  or: 'oder',
  problems: {
    cancelled: 'Die Anmeldung beim Unternehmen wurde abgebrochen.',
    expired: 'Das hat zu lange gedauert oder wurde schon benutzt. Beginnen Sie noch einmal.',
    'other-browser':
      'Die Anmeldung beim Unternehmen wurde in einem anderen Browser oder Tab begonnen. Beginnen Sie hier noch einmal.',
    'no-role': 'Keine Ihrer Gruppen im Unternehmen hat hier eine Rolle. Fragen Sie einen Admin.',
    disabled: 'Ihr Konto ist hier gesperrt. Fragen Sie einen Admin.',
    'no-email': 'Das Unternehmen hat Ihre E-Mail-Adresse nicht mitgeteilt.',
    'email-unverified': 'Laut dem Unternehmen ist Ihre E-Mail-Adresse nicht bestätigt.',
    'email-taken': 'Mit Ihrer E-Mail-Adresse gibt es ein Konto mit Passwort. Ein Admin muss es zuerst löschen.',
    unreachable: 'Die Anmeldung des Unternehmens ist gerade nicht erreichbar.',
    refused: 'Die Anmeldung des Unternehmens hat nicht wie erwartet geantwortet. Der Grund steht im Log.',
  },
};

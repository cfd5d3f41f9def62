import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { en } from './texts.en.js';

const notices: (typeof en)['notices'] = {
  unknownLink: {
    title: 'Link nicht gefunden',
    heading: 'Diesen Link gibt es nicht',
    text: [
      'Vielleicht ist er unvollständig: Manche Apps schneiden lange Links ab. Kehren Sie zum Chat zurück und öffnen Sie den Link dort, oder fordern Sie einen neuen an.',
    ],
  },
  otherBrowser: {
    title: 'In einem anderen Browser in Gebrauch',
    heading: 'Dieser Link wird in einem anderen Browser verwendet',
    text: [
      'Die Anmeldung wurde in einem anderen Browser oder auf einem anderen Gerät begonnen. Bitte schließen Sie sie dort ab.',
    ],
    note: 'Falls Sie das nicht waren: Ohne eine Anmeldung beim Anbieter geschieht nichts. Kehren Sie zum Chat zurück und fordern Sie einen neuen Link an.',
  },
  badCallback: {
    title: 'Anmeldung nicht erkannt',
    heading: 'Diese Anmeldung wurde nicht erkannt',
    text: [
      'Was vom Anbieter zurückkam, gehört zu keiner Anmeldung, die darauf wartet. Es wurde nichts geändert.',
      'Kehren Sie zum Chat zurück und öffnen Sie den Anmeldelink noch einmal, oder fordern Sie einen neuen an.',
    ],
  },
  foreignForm: {
    title: 'Nicht von dieser Seite gesendet',
    heading: 'Bitte beginnen Sie mit dem Link in Ihrem Chat',
    text: [
      'Das Formular wurde von einer anderen Website gesendet, deshalb wurde nichts ausgeführt. Öffnen Sie den Anmeldelink im Chat und fahren Sie dort fort.',
    ],
  },
  tooMany: {
    title: 'Einen Moment',
    heading: 'Bitte warten Sie eine Minute',
    text: [
      'Aus Ihrem Netz kamen zu viele Anfragen, die ins Leere führen. Es wurde nichts geändert. Warten Sie eine Minute, und öffnen Sie dann den Anmeldelink in Ihrem Chat noch einmal.',
    ],
  },
  away: {
    title: 'Einen Moment',
    heading: 'Wir können gerade nicht antworten',
    text: ['Es ist nichts verloren. Bitte laden Sie diese Seite in einigen Sekunden neu.'],
  },
  broken: {
    title: 'Etwas ist schiefgegangen',
    heading: 'Bei uns ist etwas schiefgegangen',
    text: ['Der Fehler wurde festgehalten. Bitte kehren Sie zum Chat zurück und öffnen Sie den Anmeldelink noch einmal.'],
  },
};

/** By the code of the rule that was broken; anything else is told without its reason. */
const rules: Readonly<Record<string, string>> = {
  required: 'ist erforderlich',
  not_allowed: 'ist keiner der zugelassenen Werte',
  pattern: 'hat nicht die verlangte Form',
  not_a_host_label: 'darf nur Buchstaben, Ziffern und innere Bindestriche enthalten, höchstens 63 Zeichen',
  not_a_host: 'ergibt keinen gültigen Hostnamen',
  host_not_allowed: 'führt zu einer Adresse, die nicht zugelassen ist',
  not_a_segment: 'darf keine Schrägstriche, Steuerzeichen oder kodierten Zeichen enthalten',
  does_not_fit: 'enthält Zeichen, die an dieser Stelle nicht stehen dürfen',
  not_text: 'enthält ungültige Zeichen',
};

export const de: typeof en = {
  frame: {
    footer:
      'Grantkeeper bewahrt Verbindungen zwischen Chat-Assistenten und den Diensten auf, die Menschen nutzen. Ihr Passwort bekommt es nie zu sehen.',
    languageChoice: 'Sprache',
  },
  notices,
  asked: {
    pleaseCheck: (title: string) => `Bitte prüfen: ${title}`,
    tenant: (provider: string) => `Ihre Organisation bei ${provider}`,
    tenantHint: 'Der Name der Organisation in den Adressen, die Sie dort aufrufen',
    mayStayEmpty: '(darf leer bleiben)',
    wrong: (label: string, { code }: FieldError) =>
      `${label} ${Object.hasOwn(rules, code) ? rules[code] : 'ist so nicht gültig'}`,
  },
  scopes: {
    title: 'Angefragte Rechte',
    openid: 'wer Sie sind',
    profile: 'Ihr Name',
    email: 'Ihre E-Mail-Adresse',
    phone: 'Ihre Telefonnummer',
    address: 'Ihre Postanschrift',
    offline_access: 'während Sie nicht da sind',
  },
};

import { html } from '../http/html.js';
import type { en } from './texts.en.js';

export const de: typeof en = {
  unknown: {
    title: 'Link nicht gefunden',
    heading: 'Dieser Link funktioniert nicht',
    text: ['Links zu Ihren Verbindungen gelten nur 10 Minuten. Kehren Sie zum Chat zurück und fordern Sie einen neuen an.'],
  },
  title: 'Ihre Verbindungen',
  heading: (assistant) => `Ihre Verbindungen mit ${assistant}`,
  none: (assistant) => html`<strong>${assistant}</strong> ist für Sie mit nichts verbunden.`,
  some: (assistant) => html`Das kann <strong>${assistant}</strong> für Sie nutzen.`,
  user: 'Für die Person im Chat',
  statedBy: (assistant) => `laut ${assistant}`,
  note: 'Wer den Link zu dieser Seite hat, kann sie sehen und Verbindungen trennen, bis 10 Minuten nach seiner Ausstellung. Passwörter und Tokens werden hier nicht gezeigt.',
  reconnect: (provider) =>
    `Zurzeit funktioniert sie nicht: ${provider} verlangt eine neue Anmeldung. Fordern Sie diese im Chat an.`,
  account: 'Konto',
  label: 'Bezeichnung',
  organisation: 'Organisation',
  connectedAt: 'Verbunden am',
  handedOut: 'In den letzten 90 Tagen ein Token erhalten hat',
  nobody: 'niemand',
  last: 'zuletzt',
  mayDo: 'Erteilte Rechte',
  notGranted: 'Angefragt und nicht erteilt',
  change: (provider) => `Angaben für ${provider} ändern`,
  disconnect: (provider) => `${provider} trennen`,
  isDisconnected: (provider) => `${provider} ist getrennt`,
  revoked: (provider) => `${provider} wurde benachrichtigt und hat den Zugriff beendet.`,
  forgotten: (provider) =>
    `Der Zugriff wurde hier gelöscht. ${provider} konnte nicht benachrichtigt werden; beenden Sie ihn sicherheitshalber auch dort in Ihren Kontoeinstellungen.`,
  pending: (provider) => `Der Zugriff wurde hier gelöscht. ${provider} wird benachrichtigt; das wird von selbst wiederholt.`,
  fieldsTitle: (provider) => `Ihre Angaben für ${provider}`,
  fieldsHeading: (assistant, provider) => `Was ${assistant} bei ${provider} verwendet`,
  fieldsCount: (assistant, provider) =>
    html`Was Sie hier ändern, gilt ab dem nächsten Mal, wenn <strong>${assistant}</strong> für Sie <strong>${provider}</strong> nutzt.`,
  keep: 'Leer lassen, um den bisherigen Wert zu behalten',
  save: 'Speichern',
  back: 'Zurück, ohne zu speichern',
  instant: new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
};

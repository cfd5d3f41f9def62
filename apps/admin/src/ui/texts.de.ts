import type { en } from './texts.en.js';

export const de: typeof en = {
  cancel: 'Abbrechen',
  close: 'Schließen',
  save: 'Speichern',
  create: 'Anlegen',
  remove: 'Löschen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  loadMore: 'Mehr laden',
  loading: 'Wird geladen',
  retry: 'Erneut versuchen',
  nothing: 'Hier ist noch nichts',
  actions: 'Aktionen',
  time: 'Zeit',
  asTable: 'Die Zahlen als Tabelle',
  noAnswer: 'Die Schnittstelle hat nicht wie erwartet geantwortet. Versuchen Sie es gleich noch einmal.',
  failed: 'Das hat nicht geklappt',
  notFoundTitle: 'Nicht gefunden',
  notFound: 'Unter dieser Adresse gibt es nichts, oder Sie dürfen es nicht sehen.',
};

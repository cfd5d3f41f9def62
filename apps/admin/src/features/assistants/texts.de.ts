import type { en } from './texts.en.js';

export const de: typeof en = {
  title: 'Assistenten',
  intro: 'Ein Bot oder Agent. Seine Profile, Freigaben und Runtime-Schlüssel sind von denen aller anderen getrennt.',
  name: 'Name',
  nameHelp: 'So, wie ihn seine Benutzer kennen: Die Anmeldeseiten zeigen diesen Namen.',
  created: 'Angelegt',
  add: 'Neuer Assistent',
  addTitle: 'Neuer Assistent',
  added: (name: string) => `„${name}“ ist angelegt. Als Nächstes: sein erstes Profil.`,
  rename: 'Umbenennen',
  renameTitle: (name: string) => `„${name}“ umbenennen`,
  renamed: (name: string) => `Er heißt jetzt „${name}“.`,
  remove: 'Löschen',
  removeTitle: (name: string) => `Den Assistenten „${name}“ löschen?`,
  removeText:
    'Seine Runtime-Schlüssel gelten ab sofort nicht mehr. Das lässt sich nicht rückgängig machen. Ein Assistent, der noch Profile hat, wird nicht gelöscht.',
  removed: (name: string) => `„${name}“ wurde gelöscht.`,
  notEmpty: 'Er hat noch Profile. Löschen Sie diese zuerst: Damit werden ihre Benutzer abgemeldet.',
  actionsFor: (name: string) => `Aktionen für ${name}`,
  emptyTitle: 'Beginnen Sie mit einem Assistenten',
  empty: 'Ein Assistent steht für einen Ihrer Bots. Das sind die Schritte, bis er ein Token in der Hand hat:',
  steps: [
    'Legen Sie einen Assistenten an.',
    'Legen Sie ein Profil an: wie sich seine Benutzer bei einem Dienst anmelden. Testen Sie es, bis es funktioniert.',
    'Legen Sie einen Runtime-Schlüssel an: Mit ihm fragt der Bot nach Token.',
    'Führen Sie die curl-Zeile aus, die beim Schlüssel steht, und öffnen Sie den Anmeldelink in der Antwort.',
  ],
  emptyForViewer: 'Den ersten legt ein Admin an.',
};

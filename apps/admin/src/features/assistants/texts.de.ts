import type { en } from './texts.en.js';

export const de: typeof en = {
  title: 'Assistenten',
  intro: 'Ein Bot oder Agent. Seine Profile, Freigaben und Laufzeitschlüssel sind von denen aller anderen Assistenten getrennt.',
  name: 'Name',
  created: 'Angelegt',
  emptyTitle: 'Noch kein Assistent',
  empty:
    'Ein Assistent steht für einen Ihrer Bots. Seine Profile legen fest, wie sich dessen Benutzer bei den Diensten anmelden, mit denen er arbeitet.',
};

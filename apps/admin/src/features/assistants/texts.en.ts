export const en = {
  title: 'Assistants',
  intro: 'A bot or agent. Its profiles, grants and runtime keys are kept apart from those of every other assistant.',
  name: 'Name',
  created: 'Created',
  emptyTitle: 'No assistant yet',
  empty: 'An assistant stands for one of your bots. Its profiles say how its users sign in at the services it works with.',
};

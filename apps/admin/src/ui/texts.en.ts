/** Words that every page uses. */
export const en = {
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  create: 'Create',
  remove: 'Delete',
  copy: 'Copy',
  copied: 'Copied',
  loadMore: 'Load more',
  loading: 'Loading',
  retry: 'Try again',
  nothing: 'Nothing here yet',
  actions: 'Actions',
  noAnswer: 'The API did not answer as it should. Try again in a moment.',
  failed: 'That did not work',
  notFoundTitle: 'Not found',
  notFound: 'There is nothing at this address, or you may not see it.',
};

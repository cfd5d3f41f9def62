import { html } from '../http/html.js';
import type { Notice } from '../pages/texts.en.js';

const unknown: Notice = {
  title: 'Link not found',
  heading: 'This link does not work',
  text: ['Links to your connections work for 10 minutes only. Go back to the chat and ask for a new one.'],
};

export const en = {
  unknown,
  title: 'Your connections',
  heading: (assistant: string) => `Your connections with ${assistant}`,
  none: (assistant: string) => html`<strong>${assistant}</strong> is not connected to anything for you.`,
  some: (assistant: string) => html`What <strong>${assistant}</strong> can use for you.`,
  user: 'For the chat user',
  statedBy: (assistant: string) => `as stated by ${assistant}`,
  note: 'Whoever has the link to this page can see it and disconnect, until 10 minutes after it was made. No password or token is shown here.',
  reconnect: (provider: string) =>
    `It does not work at the moment: ${provider} wants you to sign in again. Ask for it in the chat.`,
  account: 'Account',
  label: 'Label',
  organisation: 'Organisation',
  connectedAt: 'Connected',
  handedOut: 'Handed a token in the last 90 days',
  nobody: 'nobody',
  last: 'last',
  mayDo: 'What it may do',
  notGranted: 'Asked for and not granted',
  change: (provider: string) => `Change what ${provider} is told`,
  disconnect: (provider: string) => `Disconnect ${provider}`,
  isDisconnected: (provider: string) => `${provider} is disconnected`,
  revoked: (provider: string) => `${provider} has been told and has ended the access.`,
  forgotten: (provider: string) =>
    `The access was deleted here. ${provider} could not be told; to be sure, end it in your account settings there too.`,
  pending: (provider: string) => `The access was deleted here. ${provider} is being told; this is tried again by itself.`,
  fieldsTitle: (provider: string) => `What you told ${provider}`,
  fieldsHeading: (assistant: string, provider: string) => `What ${assistant} uses at ${provider}`,
  fieldsCount: (assistant: string, provider: string) =>
    html`What you change here counts from the next time that <strong>${assistant}</strong> uses <strong>${provider}</strong> for you.`,
  keep: 'Leave it empty to keep what is there',
  save: 'Save',
  back: 'Back without saving',
  instant: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }),
};

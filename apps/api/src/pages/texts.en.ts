import type { FieldError } from '@grantkeeper/contracts/error-codes';

/** A page of nothing but words: `text` is its paragraphs, `note` one in small print. */
export interface Notice {
  title: string;
  heading: string;
  text: string[];
  note?: string;
}

const notices = {
  unknownLink: {
    title: 'Link not found',
    heading: 'This link does not exist',
    text: [
      'It may be incomplete: some apps cut long links. Go back to the chat and open the link from there, or ask for a new one.',
    ],
  },
  otherBrowser: {
    title: 'In use in another browser',
    heading: 'This link is in use in another browser',
    text: ['The sign-in was begun in another browser or on another device. Please finish it there.'],
    note: 'If that wasn’t you, don’t worry: nothing happens without a sign-in at the provider. Go back to the chat and ask for a new link.',
  },
  badCallback: {
    title: 'Sign-in not recognised',
    heading: 'This sign-in was not recognised',
    text: [
      'What came back from the provider does not belong to a sign-in that waits for it. Nothing was changed.',
      'Go back to the chat and open the sign-in link again, or ask for a new one.',
    ],
  },
  foreignForm: {
    title: 'Not sent from this page',
    heading: 'Please start from the link in your chat',
    text: [
      'The form was sent from another website, so nothing was done. Open the sign-in link from the chat and continue there.',
    ],
  },
  tooMany: {
    title: 'One moment',
    heading: 'Please wait a minute',
    text: [
      'Too many requests that lead nowhere came from your network. Nothing was changed. Wait a minute, then open the sign-in link in your chat again.',
    ],
  },
  away: {
    title: 'One moment',
    heading: 'We can’t answer just now',
    text: ['Nothing is lost. Please reload this page in a few seconds.'],
  },
  broken: {
    title: 'Something went wrong',
    heading: 'Something went wrong on our side',
    text: ['It has been noted. Please go back to the chat and open the sign-in link again.'],
  },
} satisfies Record<string, Notice>;

/** Of a value that may not stand in its place: without the reason and the placeholder, which only the profile's author knows. */
const ruleAlone = ({ message }: FieldError): string => /^(.+?)(?:: .*)? \(\{.*\}\)$/.exec(message)?.[1] ?? message;

export const en = {
  frame: {
    footer:
      'Grantkeeper keeps connections between chat assistants and the services that people use. It never sees your password.',
    languageChoice: 'Language',
  },
  notices,
  asked: {
    pleaseCheck: (title: string) => `Please check: ${title}`,
    tenant: (provider: string) => `Your organisation at ${provider}`,
    tenantHint: 'Its name in the addresses that you open there',
    mayStayEmpty: '(may stay empty)',
    wrong: (label: string, error: FieldError) => `${label} ${ruleAlone(error)}`,
  },
  scopes: {
    title: 'What it asks for',
    openid: 'who you are',
    profile: 'your name',
    email: 'your e-mail address',
    phone: 'your phone number',
    address: 'your postal address',
    offline_access: 'while you are away',
  },
};

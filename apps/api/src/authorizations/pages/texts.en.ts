import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import type { DiagnosisCode } from '@grantkeeper/contracts/test-runs/http';
import { failureTexts } from '@grantkeeper/core/authorizations/failure-texts';
import { diagnosisWords } from '@grantkeeper/core/test-runs/diagnosis-words';
import { html } from '../../http/html.js';

const consent = {
  title: (provider: string) => `Connect ${provider}`,
  heading: (provider: string, assistant: string) => `Connect ${provider} to ${assistant}`,
  forYou: (assistant: string, provider: string) =>
    html`<strong>${assistant}</strong> would like to use <strong>${provider}</strong> for you. You sign in at ${provider} and decide there.`,
  forEveryone: (assistant: string, provider: string) =>
    html`<strong>${assistant}</strong> would like to use <strong>${provider}</strong> for everyone who uses it. You sign in at ${provider} and decide there.`,
  signInAt: 'You sign in at',
  begin: 'Continue',
  beginAgain: 'Continue again',
  begun: 'You have been sent to the sign-in already; continuing starts it over.',
  onlyYou: 'Continue only if you are this chat user and asked for this yourself. If someone sent you the link, close this page.',
  onlyOperator: (assistant: string) =>
    `Whatever ${assistant} does there, for any of its users, is done with the account that you sign in with. If someone sent you the link, close this page.`,
};

const whom = {
  everyone: 'For',
  everyoneOf: (assistant: string) => `everyone who uses ${assistant}`,
  user: 'For the chat user',
  statedBy: (assistant: string) => `as stated by ${assistant}`,
};

const wait = {
  title: 'One moment',
  heading: 'One moment…',
  finishing: (provider: string) =>
    html`Finishing the connection with <strong>${provider}</strong>. This takes a few seconds; the page updates itself.`,
  verifying: (provider: string, assistant: string) =>
    html`You have signed in at ${provider}. <strong>${assistant}</strong> is checking that it is you; go back to it if it does not go on by itself.`,
  checkNow: 'Check now',
};

const check = {
  code: 'Type this code into the chat',
  signedIn: (provider: string, account: string | null) =>
    html`You have signed in at <strong>${provider}</strong>${account === null ? null : html` as <strong>${account}</strong>`}.`,
  sendCode: (assistant: string) =>
    html`To finish, send this code to <strong>${assistant}</strong> in your chat within 5 minutes:`,
  keepCode: 'Give the code to nobody else. If someone sent you the link to this page, choose “This is not me”.',
  sent: 'I have sent it',
  notMe: 'This is not me',
  right: 'Is this right?',
  willConnect: (assistant: string) => html`This account will be connected to <strong>${assistant}</strong>:`,
  accountAt: (provider: string) => `Account at ${provider}`,
  unnamed: 'not named by the provider',
  confirm: 'Continue',
};

const outcome = {
  again: (assistant: string) => html`Go back to the chat with <strong>${assistant}</strong> and ask again to get a new link.`,
  againOperator: html`Ask for a new link where you got this one.`,
  connected: 'Connected',
  canUse: (assistant: string, provider: string) =>
    html`<strong>${assistant}</strong> can now use <strong>${provider}</strong> for you.`,
  canUseForEveryone: (assistant: string, provider: string) =>
    html`<strong>${assistant}</strong> can now use <strong>${provider}</strong> for everyone who uses it.`,
  close: 'You can close this page and go back to the chat.',
  closeOperator: 'You can close this page.',
  notConnected: 'Not connected',
  declined: (provider: string) => `You declined at ${provider}, so nothing was connected.`,
  ifMistaken: (assistant: string) =>
    html`If that was a mistake, go back to the chat with <strong>${assistant}</strong> and ask again.`,
  expired: 'This link has expired',
  shortLived: 'Links work for a few minutes only, so that nobody else can use them.',
  replaced: 'A newer link has replaced this one',
  nothingConnected: 'Nothing was connected with this link.',
  latestLink: (assistant: string) =>
    html`Open the latest link in the chat with <strong>${assistant}</strong>, or ask for a new one.`,
  wrongPerson: 'It could not be confirmed that you are the person in the chat, so the sign-in was thrown away.',
  unknown: 'We don’t know how it ended',
  noAnswer: (provider: string, assistant: string) =>
    `${provider} did not answer in time. Nothing can be used by ${assistant} for now.`,
};

const test = {
  title: (provider: string) => `Test ${provider}`,
  heading: (provider: string, assistant: string) => `Test the connection of ${assistant} with ${provider}`,
  what: (provider: string) =>
    html`Sign in at <strong>${provider}</strong> as a user would, and allow the access. The token that comes is looked at and thrown away: nothing is connected.`,
  onlyYou: 'Continue only if you started this test. If someone sent you the link, close this page.',
  waiting: 'Testing',
  waitingHeading: 'Testing…',
  running: (provider: string) =>
    html`The settings for <strong>${provider}</strong> are being tested. This takes a few seconds; the page updates itself.`,
  worked: 'The test worked',
  thrownAway: (provider: string) => `${provider} gave a token, and it was thrown away. Nothing was connected.`,
  failed: 'The test failed',
  over: 'The test is over',
  interrupted: 'The test was interrupted. Start it again to get a new link.',
  late: 'This test has run out of time, or a newer one has replaced it. Start it again to get a new link.',
};

const failures: Record<FailureReason, { title: string; toUser: string }> = failureTexts;
const diagnoses: Record<DiagnosisCode, { what: string; mend: string }> = diagnosisWords;

export const en = { consent, whom, wait, check, outcome, test, failures, diagnoses };

import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';
import { failureReasonSchema } from '@grantkeeper/contracts/authorizations/http';
import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { diagnosisCodeSchema } from '@grantkeeper/contracts/test-runs/http';
import { everyone } from '@grantkeeper/core/grants/everyone';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { outcomePage, unavailablePage } from '../src/authorizations/pages/outcome-pages.js';
import { accountPage, codePage, consentPage, waitingPage } from '../src/authorizations/pages/sign-in-pages.js';
import { testConsentPage, testOutcomePage, testWaitingPage } from '../src/authorizations/pages/test-pages.js';
import type { AskedInputs } from '../src/pages/asked-inputs.js';
import * as notices from '../src/pages/notice-pages.js';
import type { Page } from '../src/pages/page.js';
import { ownFieldsPage } from '../src/users/own-fields-page.js';
import { noOwnPage, ownPage } from '../src/users/own-page.js';
import type { OwnPage } from '../src/users/users.queries.js';

export const path = '/sign-in/handle';

export function aSignIn(changes: Partial<SignIn> = {}): SignIn {
  return {
    id: '7a1f',
    state: 'waiting',
    userId: 'U042',
    displayName: 'Ada',
    assistantName: 'Helpdesk bot',
    accountLabel: 'ada@example.com',
    returnUrl: null,
    reason: null,
    overdue: false,
    identityCheck: 'code',
    profileStatus: 'active',
    browserHash: null,
    pinned: null,
    testRunId: null,
    definition: {
      identityProvider: 'ServiceNow',
      authorizationUrl: 'https://provider.test/authorize',
      scope: [{ value: 'read write' }, { key: 'audience', value: 'hidden-audience' }],
      advanced: {},
    },
    ...changes,
  } as unknown as SignIn;
}

export const consent = (signIn: SignIn, more: Partial<AskedInputs> = {}): Page =>
  consentPage(signIn, path, signIn.definition.authorizationUrl, {
    definition: signIn.definition,
    asksTenant: false,
    fields: [],
    typed: { tenant: '', fields: {} },
    errors: [],
    ...more,
  });

export const ends: AuthorizationState[] = [
  'consented',
  'denied',
  'expired',
  'abandoned',
  'wrong_person',
  'outcome_unknown',
  'failed',
];

/** Every page that a person may be shown about this authorization, those of a test of it and those about nothing at all; `seen` is what a provider said. */
export const everyPage = (signIn: SignIn, seen = 'provider.test: status 401'): Page[] => [
  ...consentPages(signIn),
  ...ends.map((state) => outcomePage({ ...signIn, state })),
  ...ends.map((state) => outcomePage({ ...signIn, state, userId: everyone })),
  ...failureReasonSchema.options.map((reason) => outcomePage({ ...signIn, state: 'failed', reason })),
  unavailablePage(signIn),
  ...testPages(signIn, seen),
  ...ownPages(signIn),
  ...[notices.unknownLinkPage, notices.otherBrowserPage, notices.badCallbackPage, notices.foreignFormPage],
  ...[notices.tooManyPage, notices.awayPage, notices.brokenPage, noOwnPage],
];

/** A rule each, in the words of the rules' own code. */
const codes = ['required', 'not_allowed', 'pattern', 'not_a_host_label', 'not_a_host', 'host_not_allowed', 'not_a_segment'];
const errors: FieldError[] = [...codes, 'does_not_fit', 'not_text', 'invalid_value'].map((code, index) => ({
  path: `fields.f${index}`,
  code,
  message: 'must be otherwise: it is one label of a host ({shop})',
}));

function consentPages(signIn: SignIn): Page[] {
  const fields = errors.map(({ path: input }) => ({ key: input.slice(7), label: 'PIN', required: false }));
  const asked = { asksTenant: true, fields, errors: [...errors, { path: 'user', code: 'x', message: 'does not fit' }] };
  return [
    consent(signIn),
    consent({ ...signIn, state: 'consenting' }),
    consent({ ...signIn, userId: everyone }),
    consent(signIn, asked),
    waitingPage(signIn, path),
    waitingPage({ ...signIn, state: 'awaiting_verifier' }, path),
    codePage(signIn, path, 'ABCD1234'),
    codePage({ ...signIn, accountLabel: null }, path, 'ABCD1234'),
    accountPage(signIn, path),
    accountPage({ ...signIn, accountLabel: null, displayName: null }, path),
  ];
}

const testPages = (signIn: SignIn, seen: string): Page[] => [
  testConsentPage(signIn, path, signIn.definition.authorizationUrl),
  testConsentPage({ ...signIn, state: 'consenting' }, path, signIn.definition.authorizationUrl),
  testWaitingPage(signIn, path),
  ...(['succeeded', 'expired', 'interrupted'] as const).map((state) => testOutcomePage(signIn, { state, diagnosis: null })),
  ...diagnosisCodeSchema.options.map((code) =>
    testOutcomePage(signIn, { state: 'failed', diagnosis: { code, step: 'client', seen } }),
  ),
];

function ownPages({ userId, assistantName, accountLabel, definition }: SignIn): Page[] {
  const additionalFields = [{ key: 'pin', label: 'PIN', secret: true }];
  const connection = {
    id: '5c1e',
    status: 'active',
    definition: { ...definition, additionalFields },
    accountLabel,
    account: 'work',
    tenant: 'acme',
    scope: 'read',
    consentedAt: new Date(0),
    revocation: null,
    justEnded: true,
    handOuts: [],
  } as unknown as OwnPage['connections'][number];
  const handOuts = [{ grantId: connection.id, runtime: 'Chat', at: new Date(0) }] as (typeof connection)['handOuts'];
  const ended = (['revoked', 'forgotten', 'pending'] as const).map(
    (revocation) => ({ ...connection, status: 'ended', revocation }) as typeof connection,
  );
  const link = { userId, assistantName } as OwnPage['link'];
  const fields = { assistantName, definition: connection.definition, inputs: { given: { pin: '1' }, typed: {}, context: {} } };
  return [
    ownPage({ link, connections: [] }, '/me/handle'),
    ownPage({ link, connections: [{ ...connection, handOuts }, ...ended] }, '/me/handle'),
    ownPage({ link, connections: [{ ...connection, status: 'reconnect_required' }] }, '/me/handle'),
    ownFieldsPage(fields, '/me/handle/fields/5c1e', '/me/handle'),
    ownFieldsPage(fields, '/me/handle/fields/5c1e', '/me/handle', {
      fields: {},
      errors: [{ path: 'fields.pin', code: 'pattern', message: 'is not in the form that is asked for' }],
    }),
  ];
}

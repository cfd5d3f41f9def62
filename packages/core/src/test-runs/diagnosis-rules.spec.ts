import type { TestStepName } from '@grantkeeper/contracts/test-runs/http';
import { describe, expect, it } from '@jest/globals';
import { diagnosisRules, judgeReading } from './diagnosis-rules.js';
import type { AnswerReading, Observation, Reading, TestFacts } from './observation.js';

const facts: TestFacts = {
  method: 'client_secret_basic',
  pkce: 'S256',
  clientLetIn: false,
  clientRefused: false,
  methodThatWorks: null,
  discoveredUrl: null,
};
const answer = (status: number, error = '', more: Partial<AnswerReading> = {}): Reading => ({
  kind: 'answer',
  status,
  body: 'json',
  error,
  description: '',
  tokens: false,
  ...more,
});
const notSent = (reason: string, code = ''): Reading => ({ kind: 'not-sent', reason, code });
const at = (step: TestStepName, reading: Reading): Observation => ({ step, host: 'login.example.com', reading });
const judged = (step: TestStepName, reading: Reading, known: Partial<TestFacts> = {}): string => {
  const found = judgeReading(at(step, reading), { ...facts, ...known });
  return found === null ? 'passed' : `${found.ending} ${found.code}`;
};

const examples: [string, TestStepName, Reading, Partial<TestFacts>, string][] = [
  ['a name that does not resolve', 'client', notSent('dns', 'ENOTFOUND'), {}, 'failed dns'],
  ['an address off limits', 'client', notSent('refused_address'), {}, 'failed address_refused'],
  ['an address that browsers may still reach', 'authorization', notSent('refused_address'), {}, 'unclear address_refused'],
  ['plain http', 'client', notSent('refused_scheme'), {}, 'failed scheme_refused'],
  ['a bad URL', 'client', notSent('bad_url'), {}, 'failed bad_url'],
  ['an expired certificate', 'client', notSent('tls', 'CERT_HAS_EXPIRED'), {}, 'failed tls_expired'],
  ['another host’s certificate', 'client', notSent('tls', 'ERR_TLS_CERT_ALTNAME_INVALID'), {}, 'failed tls_wrong_host'],
  ['a self-signed certificate', 'client', notSent('tls', 'DEPTH_ZERO_SELF_SIGNED_CERT'), {}, 'failed tls_untrusted'],
  ['a company’s own authority', 'client', notSent('tls', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), {}, 'failed tls_untrusted'],
  ['no TLS', 'client', notSent('tls', 'EPROTO'), {}, 'failed tls_failed'],
  ['a closed port', 'client', notSent('connect', 'ECONNREFUSED'), {}, 'failed connect'],
  ['silence', 'client', { kind: 'no-answer', reason: 'timeout' }, {}, 'failed no_answer'],
  ['a cut', 'client', { kind: 'no-answer', reason: 'reset' }, {}, 'failed connection_cut'],
  ['a limit', 'client', answer(429), {}, 'failed rate_limited'],
  ['a limit where people sign in', 'authorization', answer(429), {}, 'unclear rate_limited'],
  ['a failing provider', 'client', answer(502), {}, 'failed provider_down'],
  [
    'a failing provider that floods',
    'client',
    { kind: 'unreadable', reason: 'too_large', status: 502 },
    {},
    'failed provider_down',
  ],
  ['an unknown encoding', 'client', { kind: 'unreadable', reason: 'encoding', status: 200 }, {}, 'failed unreadable_answer'],
  ['a flood', 'client', { kind: 'unreadable', reason: 'too_large', status: 200 }, {}, 'failed answer_too_large'],
  [
    'a large sign-in page',
    'authorization',
    { kind: 'unreadable', reason: 'too_large', status: 200 },
    {},
    'unclear unclear_answer',
  ],
  ['a redirect of the token endpoint', 'client', answer(302), {}, 'failed redirected'],
  ['a redirect to the sign-in', 'authorization', answer(302), {}, 'passed'],
  ['a word for an unknown client', 'client', answer(400, 'invalid_client_id'), {}, 'failed unknown_client'],
  [
    'a refusal that another method does not meet',
    'client',
    answer(401, 'invalid_client'),
    { methodThatWorks: 'client_secret_post' },
    'failed client_authentication_refused',
  ],
  ['a word for a wrong secret', 'client', answer(200, 'bad_client_secret'), {}, 'failed wrong_secret'],
  [
    'a word for the method',
    'client',
    answer(401, 'invalid_client', { description: 'client_secret_basic is not allowed' }),
    {},
    'failed client_authentication_refused',
  ],
  [
    'a refusal of who shows no secret',
    'client',
    answer(401, 'invalid_client'),
    { method: 'none' },
    'failed client_authentication_refused',
  ],
  [
    'a refusal of a client that was let in',
    'client',
    answer(401, 'invalid_client'),
    { clientLetIn: true },
    'failed wrong_secret',
  ],
  ['a refusal without more', 'client', answer(401, 'invalid_client'), {}, 'failed client_refused'],
  ['401 without a word', 'client', answer(401, '', { body: 'empty' }), {}, 'failed client_refused'],
  ['a redirect URI', 'client', answer(400, 'redirect_uri_mismatch'), {}, 'failed redirect_uri_not_registered'],
  [
    'PKCE that is missing',
    'authorization',
    answer(302, 'invalid_request', { description: 'code_challenge is required' }),
    { pkce: 'off' },
    'failed pkce_required',
  ],
  [
    'PKCE that is not understood',
    'authorization',
    answer(302, 'invalid_request', { description: 'unknown parameter code_challenge' }),
    {},
    'failed pkce_refused',
  ],
  [
    'a verifier that a made-up code cannot match',
    'client',
    answer(400, 'invalid_grant', { description: 'code_verifier mismatch' }),
    {},
    'passed',
  ],
  ['a scope', 'authorization', answer(302, 'invalid_scope'), {}, 'failed scope_refused'],
  ['a grant type', 'client', answer(400, 'unsupported_grant_type'), {}, 'failed grant_type_refused'],
  ['a person’s no', 'callback', answer(302, 'access_denied'), {}, 'failed access_denied'],
  ['a token for nothing', 'client', answer(200, '', { tokens: true }), {}, 'failed made_up_code_accepted'],
  ['a code refused for a made-up one', 'client', answer(400, 'invalid_grant'), {}, 'passed'],
  ['a refresh token refused for a made-up one', 'refresh', answer(400, 'invalid_grant'), {}, 'passed'],
  ['a real code refused', 'exchange', answer(400, 'invalid_grant'), {}, 'failed code_refused'],
  ['a kind of token', 'exchange', answer(200, 'unsupported_token_type'), {}, 'failed token_type_refused'],
  ['404', 'refresh', answer(404), {}, 'failed wrong_path'],
  ['404 where the client is refused too', 'authorization', answer(404), { clientRefused: true }, 'failed unknown_client'],
  ['415', 'client', answer(415), {}, 'failed request_format_refused'],
  ['a page', 'client', answer(403, '', { body: 'html' }), {}, 'failed page_instead_of_json'],
  ['a page where people sign in', 'authorization', answer(200, '', { body: 'html' }), {}, 'passed'],
  ['nothing of either', 'client', answer(200), {}, 'failed unreadable_answer'],
  ['an unknown word about a real code', 'exchange', answer(400, 'oh_no'), {}, 'failed request_refused'],
  ['an unknown word about a made-up code', 'client', answer(400, 'oh_no'), {}, 'unclear unclear_answer'],
  [
    'a refusal by who stands in front of the sign-in',
    'authorization',
    answer(403, '', { body: 'html' }),
    {},
    'unclear unclear_answer',
  ],
  ['tokens', 'exchange', answer(200, '', { tokens: true }), {}, 'passed'],
  ['an unknown token at revocation', 'revocation', answer(400, 'invalid_token'), {}, 'passed'],
  ['a document', 'discovery', answer(200), {}, 'passed'],
];

describe('a diagnosis', () => {
  it.each(examples)('of %s at %s', (_what, step, reading, known, expected) =>
    expect(judged(step, reading, known)).toBe(expected),
  );

  it('can come from each rule', () => {
    const used = examples.map(([, step, reading, known]) =>
      diagnosisRules.findIndex(({ when }) => when(at(step, reading), { ...facts, ...known })),
    );
    expect(diagnosisRules.filter((_rule, index) => !used.includes(index)).map(({ seen }) => seen)).toEqual([]);
  });
});

import type { DiagnosisCode, TestStepName } from '@grantkeeper/contracts/test-runs/http';
import type { AnswerReading, Observation, Reading, TestFacts } from './observation.js';
import { hintOf, isAboutCode } from './refusal-hints.js';

/** How a step ends by this rule: what fails ends the run, what is unclear is told and lets it go on. */
type Ending = 'failed' | 'unclear';

interface Rule {
  code: DiagnosisCode;
  /** What was seen, in words, for docs/test-diagnoses.md. */
  seen: string;
  when: (observation: Observation, facts: TestFacts) => boolean;
  /** `failed` unless told. */
  ending?: (step: TestStepName) => Ending;
}

const notSent = (reading: Reading, ...reasons: string[]): boolean =>
  reading.kind === 'not-sent' && reasons.includes(reading.reason);
const tls = (reading: Reading, ...codes: string[]): boolean =>
  reading.kind === 'not-sent' && reading.reason === 'tls' && codes.some((code) => reading.code.includes(code));
const answered = (reading: Reading): AnswerReading | null => (reading.kind === 'answer' ? reading : null);
const statusIn = (reading: Reading, ...statuses: number[]): boolean =>
  statuses.includes(reading.kind === 'answer' || reading.kind === 'unreadable' ? (reading.status ?? 0) : 0);
const hint = (reading: Reading) => (reading.kind === 'answer' ? hintOf(reading.error, reading.description) : null);
/** Whether the client itself is refused, for whatever reason. */
export const refusesClient = (reading: Reading): boolean => {
  const answer = answered(reading);
  const saysSo = answer !== null && (clientErrors.includes(answer.error) || (answer.status === 401 && answer.error === ''));
  return saysSo && answer.body !== 'html';
};
const clientErrors = [
  'invalid_client',
  'incorrect_client_credentials',
  'bad_client_secret',
  'invalid_client_id',
  'unauthorized',
  'Unauthorized',
];

/** Where what is sent was made up, and must be refused as such. */
const isMadeUp = (step: TestStepName): boolean => step === 'client' || step === 'refresh';
const toldToBeMadeUp = (step: TestStepName, reading: Reading): boolean =>
  isMadeUp(step) && isAboutCode(answered(reading)?.error ?? '');

/** The endpoints that programs speak to: a web page or a redirect is wrong there. */
const isForPrograms = (step: TestStepName): boolean => !['authorization', 'callback'].includes(step);
/** Where a person stands in front, and where revocation answers unknown tokens, what the provider says is not the last word. */
const leniently = (step: TestStepName): Ending =>
  ['authorization', 'revocation', 'throw_away', 'discovery'].includes(step) ? 'unclear' : 'failed';

/** No connection, or no answer that can be used. */
const reach: readonly Rule[] = [
  { code: 'dns', seen: 'The host name does not resolve', when: ({ reading }) => notSent(reading, 'dns') },
  {
    code: 'address_refused',
    seen: 'The host resolves to an address that the outbound guard refuses',
    when: ({ reading }) => notSent(reading, 'refused_address'),
    ending: (step) => (step === 'authorization' ? 'unclear' : 'failed'), // browsers go there, not we
  },
  { code: 'scheme_refused', seen: 'The URL is plain http', when: ({ reading }) => notSent(reading, 'refused_scheme') },
  {
    code: 'bad_url',
    seen: 'The URL cannot be parsed, or holds what a URL must not',
    when: ({ reading }) => notSent(reading, 'bad_url'),
  },
  {
    code: 'tls_expired',
    seen: 'The certificate is out of date (CERT_HAS_EXPIRED, CERT_NOT_YET_VALID)',
    when: ({ reading }) => tls(reading, 'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'),
  },
  {
    code: 'tls_wrong_host',
    seen: 'The certificate names other hosts (ERR_TLS_CERT_ALTNAME_INVALID)',
    when: ({ reading }) => tls(reading, 'ALTNAME_INVALID'),
  },
  {
    code: 'tls_untrusted',
    seen: 'The certificate is self-signed, or its issuer is not trusted',
    when: ({ reading }) => tls(reading, 'SELF_SIGNED', 'UNABLE_TO_', 'CERT_UNTRUSTED', 'CERT_SIGNATURE_FAILURE', 'INVALID_CA'),
  },
  { code: 'tls_failed', seen: 'TLS fails for any other reason', when: ({ reading }) => notSent(reading, 'tls') },
  { code: 'connect', seen: 'No address of the host takes a connection', when: ({ reading }) => reading.kind === 'not-sent' },
  {
    code: 'no_answer',
    seen: 'No complete answer within 10 s',
    when: ({ reading }) => reading.kind === 'no-answer' && reading.reason === 'timeout',
  },
  {
    code: 'connection_cut',
    seen: 'The connection ends before the answer is complete, or it is not HTTP',
    when: ({ reading }) => reading.kind === 'no-answer',
  },
  { code: 'rate_limited', seen: 'Status 429', when: ({ reading }) => statusIn(reading, 429), ending: leniently },
  {
    code: 'provider_down',
    seen: 'Status 408, 425 or 5xx',
    when: ({ reading }) => statusIn(reading, 408, 425) || ('status' in reading && (reading.status ?? 0) >= 500),
    ending: leniently,
  },
  {
    code: 'unreadable_answer',
    seen: 'The answer is encoded in a way that is not understood',
    when: ({ reading }) => reading.kind === 'unreadable' && reading.reason === 'encoding',
  },
  {
    code: 'answer_too_large',
    seen: 'Headers or body are larger than what is read',
    when: ({ step, reading }) => reading.kind === 'unreadable' && isForPrograms(step),
  },
  {
    code: 'unclear_answer',
    seen: 'The page is larger than what is read',
    when: ({ reading }) => reading.kind === 'unreadable',
    ending: () => 'unclear',
  },
  {
    code: 'redirected',
    seen: 'Status 3xx from an endpoint that programs speak to',
    when: ({ step, reading }) =>
      isForPrograms(step) && (answered(reading)?.status ?? 0) >= 300 && (answered(reading)?.status ?? 0) < 400,
  },
];

/** What the provider says about client and request. */
const refusals: readonly Rule[] = [
  {
    code: 'unknown_client',
    seen: 'The error or the page says that the client is unknown',
    when: ({ reading }) => hint(reading) === 'client',
  },
  {
    code: 'client_authentication_refused',
    seen: 'The client is refused, and with another kind of client authentication it is known',
    when: ({ reading }, { methodThatWorks }) => methodThatWorks !== null && refusesClient(reading),
  },
  {
    code: 'wrong_secret',
    seen: 'The error says that the secret is wrong or has expired',
    when: ({ reading }) => hint(reading) === 'secret',
  },
  {
    code: 'client_authentication_refused',
    seen: 'The client is refused, and the error speaks of how it authenticates, or it shows no secret at all',
    when: ({ reading }, { method }) => refusesClient(reading) && (hint(reading) === 'method' || method === 'none'),
  },
  {
    code: 'wrong_secret',
    seen: 'The token endpoint refuses the client that the authorization endpoint has taken',
    when: ({ reading }, { clientLetIn }) => clientLetIn && refusesClient(reading),
  },
  {
    code: 'client_refused',
    seen: 'The client is refused (invalid_client, or 401 without an error)',
    when: ({ reading }) => refusesClient(reading),
  },
  {
    code: 'redirect_uri_not_registered',
    seen: 'The error or the page speaks of the redirect URI',
    when: ({ reading }) => hint(reading) === 'redirect',
  },
  {
    code: 'pkce_required',
    seen: 'The error asks for a code challenge or verifier, and the profile has PKCE off',
    when: ({ reading }, { pkce }) => pkce === 'off' && (hint(reading) === 'pkce-required' || hint(reading) === 'pkce'),
  },
  {
    code: 'pkce_refused',
    seen: 'The error speaks of PKCE, and the profile has it on',
    when: ({ step, reading }, { pkce }) =>
      pkce === 'S256' && ['pkce', 'pkce-required'].includes(hint(reading) ?? '') && !toldToBeMadeUp(step, reading),
  },
  { code: 'scope_refused', seen: 'The error or the page speaks of a scope', when: ({ reading }) => hint(reading) === 'scope' },
  {
    code: 'grant_type_refused',
    seen: 'unauthorized_client, unsupported_grant_type or unsupported_response_type',
    when: ({ reading }) => hint(reading) === 'grant-type',
  },
  {
    code: 'access_denied',
    seen: 'access_denied at the callback',
    when: ({ step, reading }) => step === 'callback' && hint(reading) === 'person',
  },
];

/** What is left once it is known that nothing above is the matter. */
const rest: readonly Rule[] = [
  {
    code: 'made_up_code_accepted',
    seen: 'A made-up code or refresh token is answered with an access token',
    when: ({ step, reading }) => isMadeUp(step) && (answered(reading)?.tokens ?? false),
  },
  {
    code: 'code_refused',
    seen: 'A code that the provider has just given is refused (invalid_grant)',
    when: ({ step, reading }) => step === 'exchange' && hint(reading) === 'code',
  },
  {
    code: 'token_type_refused',
    seen: 'The token is no bearer token',
    when: ({ step, reading }) => step === 'exchange' && answered(reading)?.error === 'unsupported_token_type',
  },
  {
    code: 'unknown_client',
    seen: 'Status 404 from the authorization endpoint, and the token endpoint refuses the client',
    when: ({ step, reading }, { clientRefused }) => step === 'authorization' && clientRefused && statusIn(reading, 404),
  },
  {
    code: 'wrong_path',
    seen: 'Status 404, 405 or 410',
    when: ({ reading }) => statusIn(reading, 404, 405, 410) && !isAboutCode(answered(reading)?.error ?? ''),
  },
  { code: 'request_format_refused', seen: 'Status 415', when: ({ reading }) => statusIn(reading, 415) },
  {
    code: 'page_instead_of_json',
    seen: 'A web page from an endpoint that programs speak to',
    when: ({ step, reading }) => isForPrograms(step) && answered(reading)?.body === 'html' && answered(reading)?.error === '',
  },
  {
    code: 'unreadable_answer',
    seen: 'Status 2xx with neither a token nor an error',
    when: ({ step, reading }) => {
      const answer = answered(reading);
      return (
        ['client', 'refresh', 'exchange'].includes(step) &&
        answer !== null &&
        answer.status < 300 &&
        answer.error === '' &&
        !answer.tokens
      );
    },
  },
  {
    code: 'request_refused',
    seen: 'Any other refusal of a code that the provider has just given, or of the authorization request at the callback',
    when: ({ step, reading }) => (step === 'exchange' || step === 'callback') && !(answered(reading)?.tokens ?? false),
  },
  {
    code: 'unclear_answer',
    seen: 'Any other refusal of what is made up',
    when: ({ step, reading }) => isUnclear(step, reading),
    ending: () => 'unclear',
  },
];

function isUnclear(step: TestStepName, reading: Reading): boolean {
  const answer = answered(reading);
  if (answer === null) return false;
  if (step === 'authorization') return answer.status >= 400 || answer.error !== '';
  return isMadeUp(step) && hint(reading) !== 'code' && !isAboutCode(answer.error);
}

/** In the order in which they are asked; the first that holds is the diagnosis. docs/test-diagnoses.md is made from these. */
export const diagnosisRules: readonly Rule[] = [...reach, ...refusals, ...rest];

/** The diagnosis of one reading and how its step ends; null where nothing is the matter. */
export function judgeReading(observation: Observation, facts: TestFacts): { code: DiagnosisCode; ending: Ending } | null {
  const rule = diagnosisRules.find(({ when }) => when(observation, facts));
  return rule ? { code: rule.code, ending: rule.ending?.(observation.step) ?? 'failed' } : null;
}

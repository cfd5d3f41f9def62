import type { PlainAnswer } from './plain-answer.js';

/** Why a provider refuses before it looks at a code. */
export type Refusal = 'unknown-client' | 'wrong-secret' | 'wrong-method' | 'redirect-uri' | 'code';

/** Whose words a scripted provider uses; `plain` keeps to the RFCs. */
export type Dialect = 'plain' | 'google' | 'microsoft' | 'github' | 'slack' | 'salesforce';

const json = (status: number, body: object): PlainAnswer => ({ status, body });
const page = (status: number, text: string): PlainAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html lang="en"><head><title>Sign in</title></head><body><h1>${text}</h1></body></html>`,
});
const microsoft = (status: number, error: string, number: number, text: string): PlainAnswer =>
  json(status, {
    error,
    error_description: `AADSTS${number}: ${text} Trace ID: 7d9a4c0e-1111-4222-8333-a1b2c3d4e5f6`,
    error_codes: [number],
    timestamp: '2026-01-01 00:00:00Z',
  });
const plainInvalidClient: PlainAnswer = {
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="scripted"' },
  body: { error: 'invalid_client' },
};
const invalidGrant = (description: string): PlainAnswer => json(400, { error: 'invalid_grant', error_description: description });

/** What token endpoints answer (RFC 6749 section 5.2), in the forms that vendors document or are known for. */
export const tokenRefusals: Record<Dialect, Record<Refusal, PlainAnswer>> = {
  plain: {
    'unknown-client': plainInvalidClient,
    'wrong-secret': plainInvalidClient,
    'wrong-method': plainInvalidClient,
    'redirect-uri': invalidGrant('scripted provider: invalid_grant'),
    code: invalidGrant('scripted provider: invalid_grant'),
  },
  google: {
    'unknown-client': json(401, { error: 'invalid_client', error_description: 'The OAuth client was not found.' }),
    'wrong-secret': json(401, { error: 'invalid_client', error_description: 'Unauthorized' }),
    'wrong-method': json(401, { error: 'invalid_client', error_description: 'Unauthorized' }),
    'redirect-uri': json(400, { error: 'redirect_uri_mismatch', error_description: 'Bad Request' }),
    code: invalidGrant('Malformed auth code.'),
  },
  microsoft: {
    'unknown-client': microsoft(
      400,
      'unauthorized_client',
      700016,
      "Application with identifier 'scripted' was not found in the directory.",
    ),
    'wrong-secret': microsoft(
      401,
      'invalid_client',
      7000215,
      'Invalid client secret provided. Ensure the secret being sent is the value, not the ID.',
    ),
    'wrong-method': microsoft(
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    'redirect-uri': microsoft(
      400,
      'invalid_client',
      500112,
      "The reply address does not match the reply address 'x' provided when requesting Authorization code.",
    ),
    code: microsoft(400, 'invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.'),
  },
  github: {
    'unknown-client': { status: 404, body: { error: 'Not Found' } },
    'wrong-secret': json(200, {
      error: 'incorrect_client_credentials',
      error_description: 'The client_id and/or client_secret passed are incorrect.',
    }),
    'wrong-method': json(200, {
      error: 'incorrect_client_credentials',
      error_description: 'The client_id and/or client_secret passed are incorrect.',
    }),
    'redirect-uri': json(200, {
      error: 'redirect_uri_mismatch',
      error_description: 'The redirect_uri MUST match the registered callback URL for this application.',
    }),
    code: json(200, { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' }),
  },
  slack: {
    'unknown-client': json(200, { ok: false, error: 'invalid_client_id' }),
    'wrong-secret': json(200, { ok: false, error: 'bad_client_secret' }),
    'wrong-method': json(200, { ok: false, error: 'bad_client_secret' }),
    'redirect-uri': json(200, { ok: false, error: 'bad_redirect_uri' }),
    code: json(200, { ok: false, error: 'invalid_code' }),
  },
  salesforce: {
    'unknown-client': json(400, { error: 'invalid_client_id', error_description: 'client identifier invalid' }),
    'wrong-secret': json(400, { error: 'invalid_client', error_description: 'invalid client credentials' }),
    'wrong-method': json(400, { error: 'invalid_client', error_description: 'invalid client credentials' }),
    'redirect-uri': json(400, { error: 'redirect_uri_mismatch', error_description: 'redirect_uri must match configuration' }),
    code: invalidGrant('authentication failure'),
  },
};

type PageRefusal = 'unknown-client' | 'redirect-uri';

/** Google sends the browser to a page of its own; what is wrong stands there in base64. */
const googleError = (error: string, text: string): PlainAnswer => ({
  status: 302,
  headers: {
    location: `/signin/oauth/error?authError=${encodeURIComponent(Buffer.from(`\n\u0015${error}\u0012 ${text}`).toString('base64'))}`,
  },
});

/** What authorization endpoints show where they must not send the browser back (RFC 6749 section 4.1.2.1). */
export const authorizationRefusals: Record<Dialect, Record<PageRefusal, PlainAnswer>> = {
  plain: {
    'unknown-client': page(400, 'Unknown client'),
    'redirect-uri': page(400, 'The redirect_uri is not registered for this client'),
  },
  google: {
    'unknown-client': googleError('invalid_client', 'The OAuth client was not found.'),
    'redirect-uri': googleError(
      'redirect_uri_mismatch',
      'You can not sign in to this app because it does not comply with the policy.',
    ),
  },
  microsoft: {
    'unknown-client': page(200, "AADSTS700016: Application with identifier 'scripted' was not found in the directory."),
    'redirect-uri': page(
      200,
      'AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.',
    ),
  },
  github: {
    'unknown-client': page(404, 'This is not the web page you are looking for.'),
    'redirect-uri': page(400, 'Be careful! The redirect_uri is not associated with this application.'),
  },
  slack: {
    'unknown-client': page(200, 'Invalid client_id parameter'),
    'redirect-uri': page(400, 'redirect_uri did not match any configured URIs'),
  },
  salesforce: {
    'unknown-client': page(400, 'error=invalid_client_id&error_description=client%20identifier%20invalid'),
    'redirect-uri': page(400, 'error=redirect_uri_mismatch&error_description=redirect_uri%20must%20match%20configuration'),
  },
};

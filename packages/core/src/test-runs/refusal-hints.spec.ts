import { describe, expect, it } from '@jest/globals';
import { type Hint, hintOf } from './refusal-hints.js';

describe('a refusal in a provider’s own words', () => {
  it.each<[string, string, string, Hint | null]>([
    ['Google, unknown client', 'invalid_client', 'The OAuth client was not found.', 'client'],
    ['Google, wrong secret', 'invalid_client', 'Unauthorized', null],
    ['Google, made-up code', 'invalid_grant', 'Malformed auth code.', 'code'],
    [
      'Microsoft, unknown client',
      'unauthorized_client',
      "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
      'client',
    ],
    ['Microsoft, wrong secret', 'invalid_client', 'AADSTS7000215: Invalid client secret provided.', 'secret'],
    [
      'Microsoft, expired secret',
      'invalid_client',
      "AADSTS7000222: The provided client secret keys for app 'x' are expired.",
      'secret',
    ],
    [
      'Microsoft, redirect',
      'invalid_request',
      'AADSTS50011: The redirect URI specified in the request does not match',
      'redirect',
    ],
    ['Microsoft, PKCE', 'invalid_grant', 'AADSTS501481: The Code_Verifier does not match the code_challenge supplied', 'pkce'],
    ['Microsoft, made-up code', 'invalid_grant', 'AADSTS9002313: Invalid request. Request is malformed or invalid.', 'code'],
    ['GitHub, id or secret', 'incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.', null],
    ['Salesforce, id', 'invalid_client_id', 'client identifier invalid', 'client'],
    ['Salesforce, either', 'invalid_client', 'invalid client credentials', null],
    ['Okta, secret', 'invalid_client', 'The client secret supplied for a confidential client is invalid.', 'secret'],
    ['Okta, method', 'invalid_client', "Client authentication method 'client_secret_post' is not supported.", 'method'],
    ['Slack, redirect', 'bad_redirect_uri', '', 'redirect'],
    ['Keycloak, code', 'invalid_grant', 'Code not valid', 'code'],
    [
      'RFC 6749’s whole list',
      'invalid_client',
      'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
      null,
    ],
    ['no grant type', 'unauthorized_client', '', 'grant-type'],
    ['a scope', 'invalid_request', 'The requested scope is invalid, unknown, or malformed.', 'scope'],
    ['nothing known', 'oops', 'something went wrong', null],
    ['a word from the object’s own chain', 'constructor', '', null],
  ])('%s', (_who, error, description, expected) => expect(hintOf(error, description)).toBe(expected));
});

import { describe, expect, it } from '@jest/globals';
import { clientRequest, codeRequest, lacksSecret, type RequestingClient, refreshRequest } from './token-request.js';

const basic = { method: 'client_secret_basic', basicEncoding: 'form' } as const;
const client = (change: Partial<RequestingClient> = {}): RequestingClient => ({
  clientId: 'demo client',
  clientSecret: 'p:ss+w%rd &é'.normalize(),
  authentication: basic,
  ...change,
});
const form = (body = ''): Record<string, string> => Object.fromEntries(new URLSearchParams(body));
const credentials = (header = ''): string => Buffer.from(header.replace('Basic ', ''), 'base64').toString('utf8');

describe('token requests', () => {
  it('sends a code with its redirect URI and verifier, and nothing else', () => {
    const { method, headers, body } = codeRequest(client(), {
      code: 'c/1 +',
      redirectUri: 'https://gk.example.com/callback/1?x=1',
      codeVerifier: 'v~1',
    });
    expect(method).toBe('POST');
    expect(headers.accept).toBe('application/json');
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(form(body)).toEqual({
      grant_type: 'authorization_code',
      code: 'c/1 +',
      redirect_uri: 'https://gk.example.com/callback/1?x=1',
      code_verifier: 'v~1',
    });
  });

  it('leaves the verifier out where proof keys are off', () => {
    const { body } = codeRequest(client(), { code: 'c', redirectUri: 'https://gk.example.com/cb', codeVerifier: null });
    expect(form(body)).not.toHaveProperty('code_verifier');
  });

  it('refreshes without a scope, so that all that was granted stays', () => {
    expect(form(refreshRequest(client(), 'r+t').body)).toEqual({ grant_type: 'refresh_token', refresh_token: 'r+t' });
  });

  it('form-encodes id and secret before Basic (RFC 6749 section 2.3.1)', () => {
    const { headers, body } = refreshRequest(client({ clientSecret: 'p:s+%' }), 'rt');
    expect(credentials(headers.authorization)).toBe('demo+client:p%3As%2B%25');
    expect(form(body)).not.toHaveProperty('client_id');
    expect(form(body)).not.toHaveProperty('client_secret');
  });

  it('sends id and secret raw where the provider does not decode them', () => {
    const raw = client({ clientSecret: 'p:s+%', authentication: { method: 'client_secret_basic', basicEncoding: 'raw' } });
    expect(credentials(refreshRequest(raw, 'rt').headers.authorization)).toBe('demo client:p:s+%');
  });

  it('sends id and secret in the body with client_secret_post, and no header', () => {
    const { headers, body } = refreshRequest(client({ authentication: { ...basic, method: 'client_secret_post' } }), 'rt');
    expect(form(body)).toMatchObject({ client_id: 'demo client', client_secret: client().clientSecret });
    expect(headers).not.toHaveProperty('authorization');
  });

  it('names a public client and never sends a secret for it', () => {
    const { headers, body } = refreshRequest(client({ authentication: { ...basic, method: 'none' } }), 'rt');
    expect(form(body)).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt', client_id: 'demo client' });
    expect(headers).not.toHaveProperty('authorization');
  });

  it('is never built without the secret that its method needs', () => {
    const secretless = client({ clientSecret: null });
    expect(lacksSecret(secretless)).toBe(true);
    expect(() => clientRequest(secretless, {})).toThrow('the client secret is missing');
    expect(lacksSecret(client({ clientSecret: null, authentication: { ...basic, method: 'none' } }))).toBe(false);
  });
});

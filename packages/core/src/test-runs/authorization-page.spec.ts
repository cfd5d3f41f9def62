import { describe, expect, it } from '@jest/globals';
import { readAuthorizationAnswer } from './authorization-page.js';

const redirectUri = 'https://gk.example.com/callback/1';
const sent = (location: string) => readAuthorizationAnswer(302, { location }, '', redirectUri);
const shown = (status: number, body: string) => readAuthorizationAnswer(status, {}, body, redirectUri);

describe('what an authorization endpoint says before anybody has signed in', () => {
  it('is nothing against the request where it shows a sign-in page, whatever parameters stand in it', () => {
    const page = `<html><form action="/login?redirect_uri=${redirectUri}"><input name="client_id"><p>Scope: read. Invalid password?</p></form></html>`;
    expect(shown(200, page)).toMatchObject({ error: '', body: 'html' });
    expect(sent('https://login.example.com/sign-in?return=%2Fauthorize%3Fredirect_uri%3Dx')).toMatchObject({ error: '' });
  });

  it('is the error that comes back to us, in its words', () =>
    expect(sent(`${redirectUri}?error=invalid_scope&error_description=Unknown+scope&state=s`)).toMatchObject({
      error: 'invalid_scope',
      description: 'Unknown scope',
    }));

  it('is the error on a page of the provider’s own, also where it stands there in base64', () => {
    expect(sent('https://login.example.com/error?error=redirect_uri_mismatch')).toMatchObject({ error: 'redirect_uri_mismatch' });
    const hidden = Buffer.from('\n\u0015redirect_uri_mismatch\u0012 You cannot sign in').toString('base64');
    expect(sent(`https://accounts.google.com/signin/oauth/error?authError=${encodeURIComponent(hidden)}`)).toMatchObject({
      error: 'redirect_uri_mismatch',
    });
  });

  it('is read within a second of 256 KiB of anything', () => {
    for (const piece of ['<', '<a ', '<style', '<style>', ' ', 'client ', 'redirect_uri ', 'code ', 'invalid ', 'a', '&quot;']) {
      const startedAt = performance.now();
      shown(400, piece.repeat(Math.ceil(262_144 / piece.length)));
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  it.each([
    ['an unknown client', 400, '<h1>Unknown client</h1>', 'unknown_client'],
    [
      'a redirect URI',
      400,
      "<p>The 'redirect_uri' parameter must be a Login redirect URI in the client app settings</p>",
      'redirect_uri_mismatch',
    ],
    [
      'a redirect URI under status 200',
      200,
      '<script>{"sErrTxt":"AADSTS50011: The redirect URI …"}</script>',
      'redirect_uri_mismatch',
    ],
    ['JSON', 400, '{"error":"invalid_request"}', 'invalid_request'],
    ['words that we do not know', 400, '<h1>Nope</h1>', ''],
  ])('is %s on an error page', (_what, status, body, error) => expect(shown(status, body)).toMatchObject({ status, error }));
});

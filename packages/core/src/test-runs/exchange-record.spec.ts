import { randomBytes } from 'node:crypto';
import type { RecordedCall } from '@grantkeeper/contracts/test-runs/http';
import { describe, expect, it } from '@jest/globals';
import { maskedCall, type RawCall } from './exchange-record.js';

const secret = 'Sec+ret/with=odd "chars" & ä';
const plain: RawCall = {
  method: 'POST',
  url: 'https://login.example.com/token?tenant=acme',
  requestHeaders: { 'content-type': 'application/x-www-form-urlencoded' },
  requestBody: 'grant_type=authorization_code',
  status: 400,
  responseHeaders: { 'content-type': 'application/json' },
  responseBody: '{"error":"invalid_grant"}',
  failure: null,
  ms: 12,
};
const masked = (call: Partial<RawCall>, secrets: string[] = [], mayHoldTokens = false): RecordedCall =>
  maskedCall({ ...plain, ...call }, secrets, mayHoldTokens);

describe('a recorded call', () => {
  it('shows what holds no secret as it was', () =>
    expect(masked({})).toEqual({ ...plain, responseBody: '{\n  "error": "invalid_grant"\n}', cut: false }));

  it.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['form-encoded', new URLSearchParams({ v: secret }).toString().slice(2)],
    ['as JSON text', JSON.stringify(secret).slice(1, -1)],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['percent-encoded in small letters', encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ['as HTML text', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ])('shows a known secret nowhere: %s', (_spelling, spelled) => {
    const call = masked(
      {
        url: `${plain.url}&x=${spelled}`,
        requestBody: `x=${spelled}`,
        responseBody: `echo ${spelled} echo`,
        responseHeaders: { 'x-echo': spelled },
      },
      [secret],
    );
    expect(JSON.stringify(call)).not.toContain(JSON.stringify(spelled).slice(1, -1));
  });

  it.each(['form', 'raw'])(
    'shows nothing of the Basic credentials (%s) of its request where the provider quotes them, or its body, back',
    (encoding) => {
      const sent = encoding === 'raw' ? secret : new URLSearchParams({ v: secret }).toString().slice(2);
      const credentials = Buffer.from(`client:${sent}`).toString('base64');
      const authorization = `Basic ${credentials}`;
      const quotes = [
        JSON.stringify({ headers: { Authorization: authorization } }),
        `<pre>Authorization: ${authorization}</pre>`,
        ...['', 'a', 'ab'].map((before) =>
          JSON.stringify({ data: Buffer.from(`${before}&v=${sent}&more=1`).toString('base64') }),
        ),
      ];
      for (const responseBody of quotes) {
        const call = masked({ requestHeaders: { authorization }, responseHeaders: { 'x-echo': authorization }, responseBody }, [
          secret,
        ]);
        expect(JSON.stringify(call)).not.toContain(credentials);
        const runs = (call.responseBody ?? '').match(/[\w+/=-]{8,}/g) ?? [];
        for (const run of runs)
          expect(Buffer.from(run, 'base64').toString('latin1')).not.toContain(Buffer.from(sent).toString('latin1').slice(2, -2));
      }
    },
  );

  it.each<[string, Partial<RawCall>]>([
    ['Basic credentials', { requestHeaders: { authorization: 'Basic CANARY-1' } }],
    ['cookies', { responseHeaders: { 'set-cookie': 'session=CANARY-1; HttpOnly' } }],
    ['a code in a form', { requestBody: 'grant_type=authorization_code&code=CANARY-1' }],
    ['a verifier in a form', { requestBody: 'code_verifier=CANARY-1' }],
    ['a code in a Location', { responseHeaders: { location: 'https://gk.example.com/callback/1?code=CANARY-1&state=CANARY-1' } }],
    ['a token in a fragment', { responseHeaders: { location: 'https://gk.example.com/#access_token=CANARY-1' } }],
    ['tokens in JSON', { responseBody: '{"access_token":"CANARY-1","authed_user":{"refresh_token":"CANARY-1"}}' }],
    [
      'tokens under names of the provider’s own',
      { responseBody: '{"data":{"accessToken":"CANARY-1","BhRestToken":"CANARY-1","sessionId":"CANARY-1"}}' },
    ],
    ['a number that is a token', { responseBody: '{"token":1234567}'.replace('1234567', '"CANARY-1"') }],
    ['tokens in a form-encoded answer', { responseBody: 'access_token=CANARY-1&token_type=bearer' }],
    ['tokens in JSON that is cut off', { responseBody: '{"access_token":"CANARY-1","expires_in":' }],
    ['hidden fields of a page', { responseBody: '<form><input type="hidden" name="csrf" value="CANARY-1"></form>' }],
  ])('masks by name: %s', (_what, call) => expect(JSON.stringify(masked(call))).not.toContain('CANARY-1'));

  it('keeps what tells a token’s kind and life', () => {
    const body = {
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
      access_token: 'a',
      error_description: 'code expired',
    };
    const shown = JSON.parse(masked({ responseBody: JSON.stringify(body) }, [], true).responseBody ?? '') as object;
    expect(shown).toEqual({ ...body, access_token: '[masked]' });
  });

  it('masks whatever looks like a token where an answer may hold those of a person', () => {
    for (let round = 0; round < 200; round += 1) {
      const token = `${randomBytes(24).toString('base64url')}7a`;
      for (const responseBody of [`{"v":"${token}"}`, `<t>${token}</t>`, `{"v":["${token}`]) {
        expect(masked({ responseBody }, [], true).responseBody).not.toContain(token.slice(2, -2));
      }
    }
  });

  it('masks a JWT anywhere', () =>
    expect(masked({ responseBody: '{"note":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"}' }).responseBody).toContain(
      '"[masked]"',
    ));

  it('keeps 64 KiB of a body and says that it is cut', () => {
    const call = masked({ responseBody: 'ä '.repeat(100_000) });
    expect(Buffer.byteLength(call.responseBody ?? '')).toBeLessThanOrEqual(65_536);
    expect(call.cut).toBe(true);
  });

  const hostile = [
    'a',
    'a1',
    'a=',
    '"a":',
    "'",
    'a="',
    "a='b",
    '<input ',
    '<input value="',
    '<',
    'eyJ',
    'eyJ-',
    'eyJ.',
    '?',
    '?a=b&',
    'code code ',
    'code="\\',
    '{"a":',
    ' ',
  ];

  it('is made within a second of 256 KiB of anything', () => {
    for (const piece of hostile) {
      const startedAt = performance.now();
      masked({ responseBody: piece.repeat(Math.ceil(262_144 / piece.length)) }, ['known-secret'], true);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });

  it('does not trust names: __proto__ and deep nesting are harmless', () => {
    expect(masked({ responseBody: '{"__proto__":{"access_token":"CANARY-1"}}' }).responseBody).not.toContain('CANARY-1');
    expect(masked({ responseBody: `${'{"a":'.repeat(500)}"CANARY-1"${'}'.repeat(500)}` }).responseBody).not.toContain('CANARY-1');
  });
});

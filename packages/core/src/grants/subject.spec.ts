import { describe, expect, it } from '@jest/globals';
import { subjectOf } from './subject.js';

const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const token = (claims: unknown) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
const issuer = 'https://id.example';
const claims = { iss: issuer, aud: 'c1', sub: 'u1' };
const read = (idToken: string | null, pinned: string | null = issuer) => subjectOf(idToken, { clientId: 'c1', issuer: pinned });

describe('whose consent it is', () => {
  it.each<[string, Record<string, unknown>, string | null, string | null]>([
    ['no more than the subject', claims, issuer, null],
    ['the e-mail address', { ...claims, email: 'a@example.com', preferred_username: 'a' }, issuer, 'a@example.com'],
    ['the user name where there is no address', { ...claims, preferred_username: 'a' }, issuer, 'a'],
    ['the user name where the address is not showable', { ...claims, email: 'a\u202eb', preferred_username: 'a' }, issuer, 'a'],
    ['no account that is not text', { ...claims, email: ['a@example.com'] }, issuer, null],
    ['an audience in a list', { ...claims, aud: ['x', 'c1'] }, issuer, null],
    ['any issuer where none is pinned', claims, null, null],
  ])('is told with %s', (_what, body, pinned, account) =>
    expect(read(token(body), pinned)).toEqual({ kind: 'known', subject: 'https://id.example|u1', account }),
  );

  it('is the bare subject where the token names no issuer', () =>
    expect(read(token({ aud: 'c1', sub: 'u1' }), null)).toEqual({ kind: 'known', subject: 'u1', account: null }));

  it.each<[string, unknown, 'iss' | 'aud']>([
    ['another issuer', { ...claims, iss: 'https://evil.example' }, 'iss'],
    ['no issuer where one is pinned', { aud: 'c1', sub: 'u1' }, 'iss'],
    ['another audience', { ...claims, aud: 'c2' }, 'aud'],
    ['a list without us', { ...claims, aud: ['c2', 'c3'] }, 'aud'],
  ])('is refused with %s', (_what, body, claim) => expect(read(token(body))).toEqual({ kind: 'mismatch', claim }));

  it.each<[string, string | null]>([
    ['no token', null],
    ['an empty token', ''],
    ['two parts', `${encode({})}.${encode(claims)}`],
    ['five parts', 'a.b.c.d.e'],
    ['no JSON', token('{{')],
    ['a list', token([claims])],
    ['null', token('null')],
    ['no subject', token({ iss: issuer, aud: 'c1' })],
    ['an empty subject', token({ ...claims, sub: '' })],
    ['a subject that is no text', token({ ...claims, sub: 7 })],
    ['an endless subject', token({ ...claims, sub: 'u'.repeat(1025) })],
    ['a subject with NUL', token({ ...claims, sub: 'u\u0000' })],
    ['a subject with broken Unicode', token('{"iss":"https://id.example","aud":"c1","sub":"u\\ud800"}')],
  ])('is not known from %s', (_what, idToken) => expect(read(idToken)).toEqual({ kind: 'none' }));

  it.each(['a\u0000', 'i'.repeat(1025)])('is not known from an issuer that nobody pinned and that cannot be kept', (iss) =>
    expect(read(token({ ...claims, iss }), null)).toEqual({ kind: 'none' }),
  );
});

import { describe, expect, it } from '@jest/globals';
import { checkIssuer, readCallback } from './callback.js';

const state = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN-_0';
const refused = (params: Record<string, unknown>) => {
  const callback = readCallback(params);
  return callback.ok ? 'accepted' : callback.problem;
};

describe('what came back to the redirect URI', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a code', { code: 'c', state }, { code: 'c', state }],
    ['a code with its issuer', { code: 'c', state, iss: 'https://id.example' }, { code: 'c', state, iss: 'https://id.example' }],
    ['the longest code', { code: 'c'.repeat(4096), state }, { code: 'c'.repeat(4096), state }],
    ['a code of odd characters', { code: '4/0A "\\~%', state }, { code: '4/0A "\\~%', state }],
    ['a refusal', { error: 'access_denied', state }, { error: 'access_denied', state }],
    [
      'a refusal with words',
      { error: 'x', error_description: 'No, thanks.', state },
      { error: 'x', errorDescription: 'No, thanks.', state },
    ],
    ['a refusal with broken words', { error: 'x', error_description: 'a\u0000b', state }, { error: 'x', state }],
    ['a refusal with endless words', { error: 'x', error_description: 'a'.repeat(5000), state }, { error: 'x', state }],
    ['empty parameters as omitted', { code: 'c', error: '', iss: '', state }, { code: 'c', state }],
    ['other parameters as nothing', { code: 'c', state, realmId: '1', x: ['a', 'b'], scope: {} }, { code: 'c', state }],
  ])('reads %s', (_what, params, read) => expect(readCallback(params)).toEqual({ ok: true, ...read }));

  it.each<[string, Record<string, unknown>, string]>([
    ['two codes', { code: ['a', 'b'], state }, 'repeated'],
    ['a list of one code', { code: ['a'], state }, 'repeated'],
    ['two states', { code: 'c', state: [state, state] }, 'repeated'],
    ['two errors', { error: ['a', 'b'], state }, 'repeated'],
    ['two issuers', { code: 'c', state, iss: ['https://id.example', 'https://evil.example'] }, 'repeated'],
    ['two descriptions', { error: 'x', error_description: ['a', 'b'], state }, 'repeated'],
    ['an object as a code', { code: { a: 'b' }, state }, 'repeated'],
    ['a number as a code', { code: 7, state }, 'repeated'],
    ['an endless code', { code: 'c'.repeat(4097), state }, 'too_long'],
    ['an endless error', { error: 'e'.repeat(201), state }, 'too_long'],
    ['an endless issuer', { code: 'c', state, iss: 'i'.repeat(2049) }, 'too_long'],
    ['an endless state', { code: 'c', state: `${state}x` }, 'too_long'],
    ['neither code nor error', { state }, 'missing'],
    ['no state', { code: 'c' }, 'missing'],
    ['a refusal without state', { error: 'access_denied' }, 'missing'],
    ['a short state', { code: 'c', state: state.slice(1) }, 'missing'],
    ['a state of other characters', { code: 'c', state: `${state.slice(1)}+` }, 'missing'],
    ['a state with a line feed', { code: 'c', state: `${state.slice(1)}\n` }, 'missing'],
    ['a code with a line feed', { code: 'a\nb', state }, 'missing'],
    ['a code beyond ASCII', { code: 'é', state }, 'missing'],
    ['an error with a quotation mark', { error: 'a"b', state }, 'missing'],
    ['nothing', {}, 'missing'],
    ['code and error', { code: 'c', error: 'access_denied', state }, 'both'],
  ])('refuses %s', (_what, params, problem) => expect(refused(params)).toBe(problem));

  it('takes nothing from a prototype', () =>
    expect(refused(Object.create({ code: 'c', state }) as Record<string, unknown>)).toBe('missing'));
});

describe('the issuer of an answer', () => {
  const issuer = 'https://id.example';
  it.each<[string, string | undefined, string | null, boolean, boolean]>([
    ['the pinned one', issuer, issuer, true, true],
    ['the pinned one where none was promised', issuer, issuer, false, true],
    ['none where none was promised', undefined, issuer, false, true],
    ['none where one was promised', undefined, issuer, true, false],
    ['another', 'https://evil.example', issuer, true, false],
    ['another where none was promised', 'https://evil.example', issuer, false, false],
    ['almost the pinned one', `${issuer}/`, issuer, true, false],
    ['the pinned one in capitals', issuer.toUpperCase(), issuer, true, false],
    ['any where none is known', 'https://id.example', null, false, true],
    ['none where none is known', undefined, null, false, true],
  ])('%s', (_what, iss, pinned, promised, accepted) =>
    expect(checkIssuer(iss, { issuer: pinned, issParameterSupported: promised })).toBe(accepted),
  );
});

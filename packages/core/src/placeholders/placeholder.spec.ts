import { describe, expect, it } from '@jest/globals';
import { parsePlaceholders } from './placeholder.js';

describe('a text with placeholders', () => {
  it.each([
    ['{tenant}', { kind: 'tenant' }],
    ['{pin}', { kind: 'field', key: 'pin' }],
    ['{{pin}}', { kind: 'field', key: 'pin' }],
    ['{{authfield1}}', { kind: 'field', key: 'authfield1' }],
    ['{{context.a.b-c_1}}', { kind: 'context', path: ['a', 'b-c_1'] }],
    ['{{user.id}}', { kind: 'user' }],
    ['{{captured.realmId}}', { kind: 'captured', key: 'realmId' }],
    ['{{token.access_token}}', { kind: 'token' }],
    ['{{random}}', { kind: 'random' }],
  ])('%s is read', (written, source) => {
    expect(parsePlaceholders(written)).toEqual([{ written, source }]);
    expect(parsePlaceholders(`a ${written}/%7B?`)).toEqual(['a ', { written, source }, '/%7B?']);
  });

  it('without any is one piece', () => expect(parsePlaceholders('https://a.example/b?c=d')).toEqual(['https://a.example/b?c=d']));

  it.each(['{', '}', '{{', '}}', 'a{tenant', 'a{{pin}', '{a{tenant}}', '{{{tenant}}}', 'tenant}', '{{pin}}}', '{"a":{"b":1}}'])(
    '%s has a brace without its other',
    (text) =>
      expect(parsePlaceholders(text)).toMatchObject({ code: 'placeholder_unclosed', placeholder: expect.stringMatching(/[{}]/) }),
  );

  it.each([
    '{}',
    '{{}}',
    '{ tenant }',
    '{{tenant}}',
    '{Tenant x}',
    '{context.a}',
    '{user.id}',
    '{random}',
    '{{user}}',
    '{{user.name}}',
    '{{token}}',
    '{{token.refresh_token}}',
    '{{context}}',
    '{{context.}}',
    '{{context.a..b}}',
    '{{context.__proto__ }}',
    '{{captured}}',
    '{{constructor}}',
    '{{a.b}}',
    '{{1a}}',
    '{{__proto__}}',
    '{{a\r\nb}}',
    '{{a\u0000}}',
    '{{\u202eipn}}',
    `{{${'a'.repeat(51)}}}`,
  ])('%j names nothing that there is', (text) =>
    expect(parsePlaceholders(text)).toMatchObject({
      code: 'placeholder_unknown',
      placeholder: text,
      message: expect.any(String),
    }),
  );
});

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type HeldAnswer, readAnswer, writeAnswer } from './held-answer.js';

const issuedAt = new Date('2026-01-02T03:04:05.678Z');
const sealed = { grantId: randomUUID(), handOut: Buffer.from([0, 1, 254, 255]), refreshToken: Buffer.from('sealed') };
const names = {
  correlationId: 'asked-1',
  attempt: randomUUID(),
  assistantId: randomUUID(),
  profileId: randomUUID(),
};
const times = { issuedAt, lifetimeSeconds: 60, expiresAt: new Date('2026-01-02T03:05:05Z'), dueAt: null };
const refreshEnd = { endsAt: new Date('2026-04-02T03:05:05Z'), isTold: true, noticeAt: new Date('2026-03-26T03:05:05Z') };
const refresh: HeldAnswer = {
  kind: 'refresh',
  ...names,
  version: 3,
  sealed,
  inputs: Buffer.from('sealed inputs'),
  isConstant: false,
  scope: null,
  ...times,
  refreshEnd,
};
const exchange: HeldAnswer = {
  kind: 'exchange',
  ...names,
  authorizationId: randomUUID(),
  holds: true,
  sealedCode: Buffer.from('code'),
  consent: {
    sealed: { ...sealed, refreshToken: null },
    inputs: Buffer.from('inputs'),
    scope: 'a b',
    ...times,
    refreshEnd: { ...refreshEnd, noticeAt: null },
    subject: 'https://p.example|“1”',
    account: 'Zoë <zoe@example.com>',
    origins: ['https://p.example'],
    clientId: 'c',
  },
};

describe('an answer that is written down', () => {
  it.each([
    ['a refresh', refresh],
    ['an exchange', exchange],
    ['a consent without a code to confirm', { ...exchange, holds: false, sealedCode: null }],
  ])('is the same when it is read: %s', (_what, answer) => {
    expect(readAnswer(writeAnswer(answer))).toEqual(answer);
  });

  it('is refused where a single character is missing or another', () => {
    const text = writeAnswer(refresh);
    for (let at = 0; at < text.length; at += 1) {
      expect(() => readAnswer(text.slice(0, at))).toThrow();
      const other = `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
      expect(() => readAnswer(other)).toThrow();
    }
  });

  it('is refused in a format that is not known', () => {
    const file = JSON.parse(writeAnswer(refresh)) as Record<string, unknown>;
    expect(() => readAnswer(JSON.stringify({ ...file, format: 2 }))).toThrow('format 2 is not known here');
  });
});

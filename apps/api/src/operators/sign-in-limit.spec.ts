import { describe, expect, it } from '@jest/globals';
import { SignInLimit } from './sign-in-limit.js';

describe('guessing passwords', () => {
  it('ends after ten tries a minute per address and client, and goes on in the next minute', () => {
    let now = 0;
    const limit = new SignInLimit(() => now);
    for (let tries = 0; tries < 10; tries += 1) limit.count('a@x', '1.1.1.1');
    now = 59_000;
    expect(() => limit.count('a@x', '1.1.1.1')).toThrow(
      expect.objectContaining({ code: 'http.rate-limited', details: { retryAfterSeconds: 1 } }),
    );
    expect(() => limit.count('a@x', '2.2.2.2')).not.toThrow();
    expect(() => limit.count('b@x', '1.1.1.1')).not.toThrow();
    now = 60_001;
    expect(() => limit.count('a@x', '1.1.1.1')).not.toThrow();
  });

  it('ends after a hundred tries a minute per client, whatever the addresses', () => {
    const limit = new SignInLimit(() => 0);
    for (let address = 0; address < 100; address += 1) limit.count(`address ${address}`, '1.1.1.1');
    expect(() => limit.count('one more', '1.1.1.1')).toThrow(expect.objectContaining({ code: 'http.rate-limited' }));
    expect(() => limit.count('one more', '2.2.2.2')).not.toThrow();
  });

  it('is forgotten for who has signed in', () => {
    const limit = new SignInLimit(() => 0);
    for (let tries = 0; tries < 10; tries += 1) limit.count('a@x', 'ip');
    limit.clear('a@x', 'ip');
    expect(() => limit.count('a@x', 'ip')).not.toThrow();
  });

  it('fills no memory: ten thousand are remembered, the oldest forgotten first', () => {
    const limit = new SignInLimit(() => 0);
    for (let tries = 0; tries < 10; tries += 1) limit.count('first', 'ip');
    for (let other = 0; other < 10_000; other += 1) limit.count('other', `ip ${other}`);
    expect(() => limit.count('first', 'ip')).not.toThrow();
  });
});

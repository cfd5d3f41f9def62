import { describe, expect, it } from '@jest/globals';
import { InvalidOutboundAllow, OutboundPolicy } from './outbound-policy.js';

describe('OUTBOUND_ALLOW', () => {
  it.each([undefined, '', ' ', ',', ' , '])('allows nothing when it is %j', (allow) => {
    const policy = OutboundPolicy.parse(allow);
    expect(policy.allowsOrigin('http://localhost')).toBe(false);
    expect(policy.allowsAddress('127.0.0.1')).toBe(false);
    expect(policy.hasRanges).toBe(false);
  });

  it('allows an origin by scheme, host and port together', () => {
    const policy = OutboundPolicy.parse('http://localhost:5000, https://Login.Corp.test/');
    expect(policy.allowsOrigin('http://localhost:5000')).toBe(true);
    expect(policy.allowsOrigin('https://login.corp.test')).toBe(true);
    expect(policy.allowsOrigin('https://localhost:5000')).toBe(false);
    expect(policy.allowsOrigin('http://localhost')).toBe(false);
    expect(policy.allowsOrigin('http://localhost:50001')).toBe(false);
    expect(policy.allowsOrigin('https://login.corp.test:8443')).toBe(false);
    expect(policy.allowsOrigin('https://x.login.corp.test')).toBe(false);
  });

  it('allows addresses inside its ranges, however they are wrapped', () => {
    const policy = OutboundPolicy.parse('10.0.0.0/8,fd12::/16');
    expect(policy.allowsAddress('10.255.0.1')).toBe(true);
    expect(policy.allowsAddress('::ffff:10.0.0.1')).toBe(true);
    expect(policy.allowsAddress('fd12:1::1')).toBe(true);
    expect(policy.allowsAddress('11.0.0.1')).toBe(false);
    expect(policy.allowsAddress('fd13::1')).toBe(false);
    expect(policy.allowsAddress('nonsense')).toBe(false);
  });

  it.each([
    'localhost',
    'localhost:5000',
    '10.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10/8',
    '010.0.0.0/8',
    'fd00::/129',
    '10.1.0.0/8',
    'fd00::1/8',
    'ftp://localhost',
    'http://localhost:5000/path',
    'http://localhost:5000?x',
    'http://localhost:5000/#',
    'http://*.corp.test',
    'http://',
    'http://localhost:99999',
  ])('names the bad entry %s among good ones', (entry) => {
    const parse = () => OutboundPolicy.parse(`http://localhost:5000,${entry},10.0.0.0/8`);
    expect(parse).toThrow(InvalidOutboundAllow);
    expect(parse).toThrow(/^OUTBOUND_ALLOW: "/);
    expect(parse).toThrow(entry.split(/[?#]|\/path|\/#/)[0]);
  });

  it('does not repeat a password that was written into it', () => {
    const parse = () => OutboundPolicy.parse('http://user:canary@localhost:5000');
    expect(parse).toThrow('must not hold a user name or password');
    expect(parse).not.toThrow(/canary/);
  });

  it('says how to write a range whose bits go beyond its prefix', () => {
    expect(() => OutboundPolicy.parse('10.1.2.3/8')).toThrow('write 10.0.0.0/8');
  });
});

import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import { describe, expect, it } from '@jest/globals';
import { endpointErrors } from './endpoint-policy.js';

const ofToken = (tokenUrl: string, allow = '') =>
  endpointErrors({ tokenUrl }, OutboundPolicy.parse(allow)).map(({ path, code }) => `${path} ${code}`);

describe('a URL that we would call', () => {
  it.each(['https://idp.example.com/t', 'https://8.8.8.8/t', 'https://[2606:4700::1111]/t'])('may be %s', (url) =>
    expect(ofToken(url)).toEqual([]),
  );

  it.each(['http://idp.example.com/t', 'http://8.8.8.8/t'])('must be https: %s', (url) =>
    expect(ofToken(url)).toEqual(['tokenUrl not_https']),
  );

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://127.0.0.1./',
    'https://10.1.2.3/',
    'https://169.254.169.254/',
    'https://168.63.129.16/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://１２７.0.0.1/',
  ])('never leads to a special address: %s', (url) => expect(ofToken(url)).toEqual(['tokenUrl refused_address']));

  it('may be what the installation allows: an origin by http, a range, names that may lie in a range', () => {
    expect(ofToken('http://localhost:5000/t', 'http://localhost:5000')).toEqual([]);
    expect(ofToken('http://localhost:5001/t', 'http://localhost:5000')).toEqual(['tokenUrl not_https']);
    expect(ofToken('http://10.1.2.3/t', '10.0.0.0/8')).toEqual([]);
    expect(ofToken('https://192.168.0.1/t', '10.0.0.0/8')).toEqual(['tokenUrl refused_address']);
    expect(ofToken('http://idp.internal/t', '10.0.0.0/8')).toEqual([]);
  });

  it('is not excused by a range where the browser goes, as nothing checks the address that a name leads to there', () => {
    const ofAuthorization = (authorizationUrl: string, allow: string) =>
      endpointErrors({ authorizationUrl }, OutboundPolicy.parse(allow)).map(({ code }) => code);
    expect(ofAuthorization('http://idp.example.com/a', '10.0.0.0/8')).toEqual(['not_https']);
    expect(ofAuthorization('http://10.1.2.3/a', '10.0.0.0/8')).toEqual([]);
    expect(ofAuthorization('http://localhost:5000/a', '127.0.0.0/8')).toEqual([]);
    expect(ofAuthorization('http://localhost:5000/a', '10.0.0.0/8')).toEqual(['not_https']);
    expect(ofAuthorization('http://idp.internal/a', '10.0.0.0/8,http://idp.internal')).toEqual([]);
  });

  it('is each of a profile’s, named by its path', () => {
    const bad = 'http://x.example.com/';
    const errors = endpointErrors(
      {
        authorizationUrl: bad,
        tokenUrl: bad,
        refreshUrl: bad,
        advanced: { revocationUrl: bad, discoveryUrl: bad, returnUrls: ['https://ok.example.com/', bad] },
      },
      OutboundPolicy.parse(''),
    );
    expect(errors.map(({ path }) => path)).toEqual([
      'authorizationUrl',
      'tokenUrl',
      'refreshUrl',
      'advanced.revocationUrl',
      'advanced.discoveryUrl',
      'advanced.returnUrls.1',
    ]);
  });
});

describe('a return URL', () => {
  it.each(['http://localhost:3000/back', 'http://127.0.0.1:3000/', 'https://10.0.0.1/back'])(
    'may be %s: the browser goes there, not we',
    (url) => {
      expect(endpointErrors({ advanced: { returnUrls: [url] } }, OutboundPolicy.parse(''))).toEqual([]);
    },
  );
});

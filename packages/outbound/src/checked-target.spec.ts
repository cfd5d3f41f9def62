import { describe, expect, it } from '@jest/globals';
import { GuardedClient } from './guarded-client.js';
import { OutboundPolicy } from './outbound-policy.js';

const nothingAllowed = OutboundPolicy.parse('');
const resolvingTo = (...addresses: string[]) => new GuardedClient(nothingAllowed, { lookup: async () => addresses });
const resolvingNothing = new GuardedClient(nothingAllowed, {
  lookup: async (host) => {
    throw new Error(`${host} was looked up, though it is an address or should have been refused before`);
  },
});

describe('where a call may go', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.0.0.1:8443/',
    'https://127.1/',
    'https://127.0.1/',
    'https://127.0.0.1./',
    'https://127.1./',
    'https://2130706433/',
    'https://017700000001/',
    'https://0x7f000001/',
    'https://0x7F.1/',
    'https://0x7f.0x0.0x0.0x1/',
    'https://0177.0.0.1/',
    'https://0177.0.0.01/',
    'https://00000177.0.0.1/',
    'https://127.0.0.0x1/',
    'https://127.255.255.254/',
    'https://0/',
    'https://0.0.0.0/',
    'https://%31%32%37.0.0.1/',
    'https://127%2e0%2e0%2e1/',
    'https://127。0。0。1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://１２７.０.０.１/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[0000:0000:0000:0000:0000:0000:0000:0001]/',
    'https://[::]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::FFFF:7F00:0001]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fc00::1]/',
    'https://[ff02::1]/',
    'https://10.0.0.1/',
    'https://0xa.1/',
    'https://167772161/',
    'https://172.16.0.1/',
    'https://192.168.1/',
    'https://3232235777/',
    'https://100.64.0.1/',
    'https://100.100.100.200/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://169.254.43518/',
    'https://168.63.129.16/',
    'https://198.18.0.1/',
    'https://203.0.113.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://4294967295/',
  ])('refuses the address written as %s', async (url) => {
    await expect(resolvingNothing.open(url)).rejects.toMatchObject({ name: 'NotSent', reason: 'refused_address' });
  });

  it.each([
    'https://[fe80::1%25eth0]/',
    'https://[fe80::1%eth0]/',
    'https://[::1/',
    'https://256.0.0.1/',
    'https://1.2.3.4.5/',
    'https://0x100000000/',
    'https://09.0.0.1/',
    'https://exa\tmple.test/',
    'https://example.test/\n',
    ' https://example.test/',
    'https://example.test:99999/',
    'https://user@example.test/',
    'https://user:secret@example.test/',
    'https://:secret@example.test/',
    'https://',
    '//example.test/',
    'example.test',
    '',
  ])('refuses %j as no URL to call', async (url) => {
    await expect(resolvingNothing.open(url)).rejects.toMatchObject({ name: 'NotSent', reason: 'bad_url' });
  });

  it.each([
    'http://example.test/',
    'http://127.0.0.1/',
    'ftp://example.test/',
    'file:///etc/passwd',
    'data:,x',
    'ws://example.test/',
  ])('refuses %s because it is not https', async (url) => {
    await expect(resolvingNothing.open(url)).rejects.toMatchObject({ name: 'NotSent', reason: 'refused_scheme' });
  });

  it.each([
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['64:ff9b::a9fe:a9fe'],
    ['fe80::1%eth0'],
    ['not an address'],
    ['8.8.8.8', '10.0.0.1'],
    ['2606:4700::1111', '8.8.8.8', 'fd00::1'],
  ])('refuses a name when one of its addresses is off limits: %s %s %s', async (...addresses) => {
    const given = addresses.filter((address) => typeof address === 'string');
    await expect(resolvingTo(...given).open('https://provider.test/')).rejects.toMatchObject({ reason: 'refused_address' });
  });

  it('checks names of the local machine by what they resolve to', async () => {
    const client = new GuardedClient(nothingAllowed);
    await expect(client.open('https://localhost/')).rejects.toMatchObject({ reason: 'refused_address' });
  });

  it('does not say which inner address a name leads to', async () => {
    await expect(resolvingTo('10.20.30.40').open('https://provider.test/')).rejects.toThrow(
      /^provider\.test leads to a private address, which is off limits\.$/,
    );
  });

  it('does not let an allowed range make http allowed for an address outside it', async () => {
    const policy = OutboundPolicy.parse('10.0.0.0/8');
    const client = new GuardedClient(policy, { lookup: async () => ['10.0.0.1', '8.8.8.8'] });
    await expect(client.open('http://provider.test/')).rejects.toMatchObject({ reason: 'refused_scheme' });
  });

  it('does not let an allowed origin cover another port, scheme or host of the same address', async () => {
    const client = new GuardedClient(OutboundPolicy.parse('https://localhost:5000'));
    await expect(client.open('https://localhost:5001/')).rejects.toMatchObject({ reason: 'refused_address' });
    await expect(client.open('https://127.0.0.1:5000/')).rejects.toMatchObject({ reason: 'refused_address' });
    await expect(client.open('http://localhost:5000/')).rejects.toMatchObject({ reason: 'refused_scheme' });
  });
});

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Cidr = [Address, number];

const cidrs = (...ranges: string[]): Cidr[] => ranges.map((range) => ipaddr.parseCIDR(range));

/** IANA's special-purpose IPv4 blocks, and the metadata services that live in public space. Everything else is public. */
const REFUSED_V4: Record<string, Cidr[]> = {
  metadata: cidrs('169.254.169.254/32', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32'),
  unspecified: cidrs('0.0.0.0/8'),
  private: cidrs('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'),
  'carrier-grade NAT': cidrs('100.64.0.0/10'),
  loopback: cidrs('127.0.0.0/8'),
  'link-local': cidrs('169.254.0.0/16'),
  documentation: cidrs('192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'),
  benchmarking: cidrs('198.18.0.0/15'),
  relay: cidrs('192.88.99.0/24', '192.52.193.0/24', '192.31.196.0/24', '192.175.48.0/24'),
  multicast: cidrs('224.0.0.0/4'),
  broadcast: cidrs('255.255.255.255/32'),
  reserved: cidrs('192.0.0.0/24', '240.0.0.0/4'),
};

/** Names for the IPv6 blocks worth naming. Only global unicast (2000::/3) outside them is public; all else is reserved. */
const REFUSED_V6: Record<string, Cidr[]> = {
  metadata: cidrs('fd00:ec2::254/128', 'fd20:ce::254/128'),
  unspecified: cidrs('::/128'),
  loopback: cidrs('::1/128'),
  'unique-local': cidrs('fc00::/7'),
  'link-local': cidrs('fe80::/10', 'fec0::/10'),
  multicast: cidrs('ff00::/8'),
  documentation: cidrs('2001:db8::/32', '3fff::/20'),
  tunnel: cidrs('2002::/16', '2001::/32', '64:ff9b:1::/48'),
  reserved: cidrs('2001::/23', '2620:4f:8000::/48'),
};
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** The address that packets would reach in the end: the IPv4 inside an IPv4-mapped (RFC 4291) or NAT64 (RFC 6052) address, else itself. */
function reachedAddress(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.match(NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}

/** Parses one plain spelling of an address, as resolvers give it; null for anything else. */
export function parseAddress(text: string): Address | null {
  const kind = isIP(text);
  if (kind === 0) return null;
  return reachedAddress(kind === 4 ? ipaddr.IPv4.parse(text) : ipaddr.IPv6.parse(inHex(text)));
}

/** ipaddr.js takes `::1.2.3.4` for the IPv4-mapped `::ffff:1.2.3.4`, which is another address; in hex it reads both rightly. */
function inHex(text: string): string {
  const [address] = text.split('%', 1);
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** Names the range that makes an address off limits, or null where it is public. What isn't an address is off limits too. */
export function refusedRange(text: string): string | null {
  const address = parseAddress(text);
  if (!address) return 'malformed';
  if (address instanceof ipaddr.IPv4) return nameOf(address, REFUSED_V4);
  return nameOf(address, REFUSED_V6) ?? (address.match(GLOBAL_UNICAST) ? null : 'reserved');
}

function nameOf(address: Address, ranges: Record<string, Cidr[]>): string | null {
  const named = Object.entries(ranges).find(([, blocks]) => blocks.some((block) => isInside(address, block)));
  return named?.[0] ?? null;
}

/** Whether an address lies in a block of its own kind (IPv4 in IPv4, IPv6 in IPv6). */
export function isInside(address: Address, [base, bits]: Cidr): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isInside, parseAddress } from './address-guard.js';

type Cidr = ReturnType<typeof ipaddr.parseCIDR>;

/** An entry of OUTBOUND_ALLOW that is neither an origin nor a CIDR. */
export class InvalidOutboundAllow extends Error {
  readonly entry: string;

  constructor(entry: string, why: string) {
    const shown = entry.replace(/\/\/.*@/, '//…@'); // a password typed here by mistake must not reach the log
    super(`OUTBOUND_ALLOW: "${shown}" ${why}`);
    this.name = 'InvalidOutboundAllow';
    this.entry = shown;
  }
}

/** Which origins and address ranges are exempt from the address guard and may be spoken to by plain http. */
export class OutboundPolicy {
  private constructor(
    private readonly origins: ReadonlySet<string>,
    private readonly ranges: readonly Cidr[],
  ) {}

  /** Reads OUTBOUND_ALLOW: origins (`http://localhost:5000`) and CIDRs (`10.0.0.0/8`), separated by commas. Throws InvalidOutboundAllow. */
  static parse(allow = ''): OutboundPolicy {
    const entries = allow.split(',').map((entry) => entry.trim());
    const origins = new Set<string>();
    const ranges: Cidr[] = [];
    for (const entry of entries.filter((text) => text !== '')) {
      if (entry.includes('://')) origins.add(parseOrigin(entry));
      else ranges.push(parseRange(entry));
    }
    return new OutboundPolicy(origins, ranges);
  }

  /** Whether scheme, host and port together are on the list. */
  allowsOrigin(origin: string): boolean {
    return this.origins.has(origin);
  }

  /** Whether an address lies inside one of the ranges on the list. */
  allowsAddress(text: string): boolean {
    const address = parseAddress(text);
    return address !== null && this.ranges.some((range) => isInside(address, range));
  }

  /** Whether the list holds any range: without one no address can allow plain http. */
  get hasRanges(): boolean {
    return this.ranges.length > 0;
  }
}

function parseOrigin(entry: string): string {
  const url = URL.canParse(entry) ? new URL(entry) : null;
  if (!url) throw new InvalidOutboundAllow(entry, 'is not an origin like http://localhost:5000');
  if (url.username || url.password) throw new InvalidOutboundAllow(entry, 'must not hold a user name or password');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new InvalidOutboundAllow(entry, 'must be http or https');
  if (url.pathname !== '/' || url.search || url.hash || /[?#]/.test(entry)) {
    throw new InvalidOutboundAllow(`${url.origin}/…`, 'must be an origin only: no path, query or fragment');
  }
  if (url.hostname.includes('*')) throw new InvalidOutboundAllow(entry, 'must name one host: wildcards are not supported');
  return url.origin;
}

function parseRange(entry: string): Cidr {
  const [base = '', bits = '', ...rest] = entry.split('/');
  const size = { 4: 32, 6: 128 }[isIP(base)];
  if (size === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > size) {
    throw new InvalidOutboundAllow(entry, 'is neither an origin like http://localhost:5000 nor a range like 10.0.0.0/8');
  }
  const range = ipaddr.parseCIDR(entry);
  const network = size === 32 ? ipaddr.IPv4.networkAddressFromCIDR(entry) : ipaddr.IPv6.networkAddressFromCIDR(entry);
  if (network.toString() !== range[0].toString()) {
    throw new InvalidOutboundAllow(entry, `has bits set beyond its prefix; write ${network.toString()}/${bits}`);
  }
  return range;
}

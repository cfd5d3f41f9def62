import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { withoutPlaceholders } from '@grantkeeper/contracts/profiles/urls';
import { parseAddress, refusedRange } from '@grantkeeper/outbound/address-guard';
import type { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';

/** The URLs of a profile, as it is sent or as it is stored. */
export interface Endpoints {
  authorizationUrl?: string | null;
  tokenUrl?: string | null;
  refreshUrl?: string | null;
  tenancy?: { url?: string | null } | null;
  advanced?: {
    revocationUrl?: string | null;
    apiBaseUrl?: string | null;
    discoveryUrl?: string | null;
    returnUrls?: string[] | null;
  } | null;
}

/** What is wrong with a profile's URLs by this installation's outbound policy: the guarded client would refuse them at the first call. */
export function endpointErrors(
  { authorizationUrl, tokenUrl, refreshUrl, tenancy, advanced }: Endpoints,
  policy: OutboundPolicy,
): FieldError[] {
  const called: [string, string | null | undefined][] = [
    ['authorizationUrl', authorizationUrl],
    ['tokenUrl', tokenUrl],
    ['refreshUrl', refreshUrl],
    ['tenancy.url', tenancy?.url],
    ['advanced.revocationUrl', advanced?.revocationUrl],
    ['advanced.apiBaseUrl', advanced?.apiBaseUrl],
    ['advanced.discoveryUrl', advanced?.discoveryUrl],
  ];
  const returned = (advanced?.returnUrls ?? []).map((url, index): [string, string] => [`advanced.returnUrls.${index}`, url]);
  return [
    ...called.flatMap(([path, template]) => {
      const url = template && withoutPlaceholders(template);
      return url && URL.canParse(url) ? ofCalled(path, new URL(url), policy) : [];
    }),
    ...returned.flatMap(([path, url]) => (URL.canParse(url) ? ofReturned(path, new URL(url), policy) : [])),
  ];
}

function ofCalled(path: string, url: URL, policy: OutboundPolicy): FieldError[] {
  if (policy.allowsOrigin(url.origin)) return [];
  const host = bare(url);
  const literal = parseAddress(host) !== null;
  const exempt = policy.allowsAddress(host === 'localhost' ? '127.0.0.1' : host);
  // Names that may lie in a range are checked at the call; but the browser goes to the authorization URL, past every check of ours.
  const checkedLater = !literal && policy.hasRanges && path !== 'authorizationUrl';
  if (url.protocol !== 'https:' && !exempt && !checkedLater) return [notHttps(path)];
  if (!literal || exempt) return [];
  const range = refusedRange(host);
  return range ? [{ path, code: 'refused_address', message: `leads to a ${range} address, which is off limits` }] : [];
}

/** Browsers go there, not we: any host, and plain http on the person's own machine. */
function ofReturned(path: string, url: URL, policy: OutboundPolicy): FieldError[] {
  const loopback = bare(url) === 'localhost' || refusedRange(bare(url)) === 'loopback';
  return url.protocol === 'https:' || loopback || policy.allowsOrigin(url.origin) ? [] : [notHttps(path)];
}

const bare = (url: URL): string => url.hostname.replace(/^\[|\]$|\.$/g, '');
const notHttps = (path: string): FieldError => ({ path, code: 'not_https', message: 'must be https' });

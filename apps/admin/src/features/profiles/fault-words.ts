/** What kind of fault rests a profile's refreshes; its words are in the texts. */
export type FaultKind = 'client' | 'endpoint' | 'tls' | 'address' | 'other';

const clientErrors = [
  'invalid_client',
  'unauthorized_client',
  'incorrect_client_credentials',
  'invalid_client_id',
  'bad_client_secret',
];

export function faultKind(reason: string): FaultKind {
  if (clientErrors.includes(reason)) return 'client';
  if (/^http_4/.test(reason)) return 'endpoint';
  if (reason === 'tls') return 'tls';
  return ['refused_address', 'refused_scheme', 'bad_url'].includes(reason) ? 'address' : 'other';
}

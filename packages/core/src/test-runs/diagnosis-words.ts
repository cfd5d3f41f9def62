import type { DiagnosisCode, TestStepName } from '@grantkeeper/contracts/test-runs/http';

interface Words {
  what: string;
  mend: string;
  /** The profile's field; `url`: that of the step; null: none is at fault. */
  field: string | null;
}

/** The URL that each step calls. */
const urlOf: Record<TestStepName, string | null> = {
  discovery: 'advanced.discoveryUrl',
  authorization: 'authorizationUrl',
  client: 'tokenUrl',
  refresh: 'refreshUrl',
  revocation: 'advanced.revocationUrl',
  callback: 'authorizationUrl',
  exchange: 'tokenUrl',
  token: null,
  throw_away: 'advanced.revocationUrl',
};

/** The field that a diagnosis means at this step. */
export function fieldOf(code: DiagnosisCode, step: TestStepName): string | null {
  const { field } = diagnosisWords[code];
  return field === 'url' ? urlOf[step] : field;
}

/** What each diagnosis says: our words alone. docs/test-diagnoses.md is made from these. */
export const diagnosisWords: Record<DiagnosisCode, Words> = {
  dns: {
    what: 'The host name is not known: no address could be found for it.',
    mend: 'Check the spelling of the host in the URL. If it is an internal name, this installation must be able to resolve it.',
    field: 'url',
  },
  address_refused: {
    what: 'The host leads to a private or otherwise special address, which this installation does not call.',
    mend: 'Check the host. If it is meant, an operator must add it to OUTBOUND_ALLOW.',
    field: 'url',
  },
  scheme_refused: {
    what: 'The URL is not https.',
    mend: 'Use the https URL, or have an operator allow the origin in OUTBOUND_ALLOW.',
    field: 'url',
  },
  bad_url: {
    what: 'The URL cannot be called as it stands.',
    mend: 'Check the URL for blanks, user names and characters that must be encoded.',
    field: 'url',
  },
  tls_expired: {
    what: 'The certificate of the host has expired or is not valid yet.',
    mend: 'The provider must renew its certificate. Check that the host is the one you mean.',
    field: 'url',
  },
  tls_wrong_host: {
    what: 'The certificate is for another host than the one in the URL.',
    mend: 'Check the host in the URL: this is usually a mistyped or outdated name.',
    field: 'url',
  },
  tls_untrusted: {
    what: 'The certificate was issued by an authority that is not trusted, or by the host itself.',
    mend: 'Use a host with a publicly trusted certificate, or have an operator make the company’s authority known to the workers (NODE_EXTRA_CA_CERTS).',
    field: 'url',
  },
  tls_failed: {
    what: 'No TLS connection could be made: the host does not speak TLS 1.2 or newer at this port.',
    mend: 'Check host and port of the URL.',
    field: 'url',
  },
  connect: {
    what: 'The host was found, but no connection to it could be made.',
    mend: 'Check host and port of the URL, and whether a firewall stands between this installation and the host.',
    field: 'url',
  },
  no_answer: {
    what: 'The host took the request and did not answer within 10 seconds.',
    mend: 'Test again. If it stays so, check that the URL is the one in the provider’s documentation, or ask the provider.',
    field: 'url',
  },
  connection_cut: {
    what: 'The host ended the connection without a complete answer, or did not answer in HTTP.',
    mend: 'Check that the URL is the one in the provider’s documentation, its port included.',
    field: 'url',
  },
  answer_too_large: {
    what: 'The answer is larger than the 256 KiB that are read.',
    mend: 'The URL leads to something else than an OAuth endpoint. Take it from the provider’s documentation.',
    field: 'url',
  },
  rate_limited: {
    what: 'The provider refuses requests for now, because there were too many.',
    mend: 'Wait as long as the Retry-After header says, then test again.',
    field: null,
  },
  redirected: {
    what: 'The endpoint redirects elsewhere. Secrets are not sent on to another address.',
    mend: 'Put the address that it redirects to into the profile, if that is the provider’s documented endpoint.',
    field: 'url',
  },
  wrong_path: {
    what: 'The host is there, but there is no such endpoint at this path.',
    mend: 'Check the path of the URL against the provider’s documentation, its tenant included. A few providers, as GitHub, say so of an unknown client ID too.',
    field: 'url',
  },
  request_format_refused: {
    what: 'The endpoint does not take form-encoded requests.',
    mend: 'Check that the URL is the token endpoint.',
    field: 'url',
  },
  provider_down: {
    what: 'The provider answered with an error of its own.',
    mend: 'Test again later; the profile may be right. If it stays so, check the URL.',
    field: null,
  },
  secret_missing: {
    what: 'The profile has no client secret, and its client authentication needs one.',
    mend: 'Enter the client secret. A revision that adds an origin clears it.',
    field: 'clientSecret',
  },
  unknown_client: {
    what: 'The provider does not know this client.',
    mend: 'Copy the client ID from the provider’s console again, and check that host and tenant in the URLs are those where the client is registered.',
    field: 'clientId',
  },
  client_authentication_refused: {
    what: 'The client is refused because of the way in which it authenticates.',
    mend: 'Set the client authentication that the provider documents.',
    field: 'advanced.clientAuthentication',
  },
  wrong_secret: {
    what: 'The provider knows the client, but its secret is wrong or has expired.',
    mend: 'Make or copy the client secret in the provider’s console and enter it again. Its value is needed, not its ID.',
    field: 'clientSecret',
  },
  client_refused: {
    what: 'The provider refuses the client: the client ID or the client secret is wrong.',
    mend: 'Copy both from the provider’s console again.',
    field: 'clientId',
  },
  redirect_uri_not_registered: {
    what: 'The callback URL is not registered for this client.',
    mend: 'Add the profile’s callback URL to the client’s redirect URIs at the provider, exactly as it is shown.',
    field: 'callbackUrl',
  },
  pkce_required: {
    what: 'The provider requires PKCE, and the profile has it off.',
    mend: 'Set PKCE to S256.',
    field: 'advanced.pkce',
  },
  pkce_refused: {
    what: 'The provider does not accept PKCE.',
    mend: 'Set PKCE to off for this provider.',
    field: 'advanced.pkce',
  },
  scope_refused: {
    what: 'The provider refuses a scope.',
    mend: 'Check each scope against the provider’s documentation and against what the client may ask for.',
    field: 'scope',
  },
  grant_type_refused: {
    what: 'The client or the endpoint may not be used with the authorization code grant.',
    mend: 'Allow the authorization code grant (and refresh tokens) for the client at the provider, and check that the URLs are not exchanged.',
    field: 'url',
  },
  access_denied: {
    what: 'The person who signed in declined, or is not allowed to consent.',
    mend: 'Test again and allow the access; some providers want an administrator’s approval first.',
    field: null,
  },
  code_refused: {
    what: 'The token endpoint refused the code that the provider had just given.',
    mend: 'Check that authorization URL and token URL belong to the same provider and environment.',
    field: 'tokenUrl',
  },
  made_up_code_accepted: {
    what: 'The token endpoint gave a token for a code that was made up.',
    mend: 'The URL leads to a mock or to an endpoint that is not meant for this grant. Take the token URL from the provider’s documentation.',
    field: 'tokenUrl',
  },
  page_instead_of_json: {
    what: 'A web page came instead of an OAuth answer: a sign-in page, a proxy or a firewall stands at this address.',
    mend: 'Take the URL from the provider’s documentation. If it is right, find out what stands between this installation and the provider.',
    field: 'url',
  },
  token_type_refused: {
    what: 'The provider gives a kind of token that is not supported.',
    mend: 'Have the client issued bearer tokens.',
    field: null,
  },
  unreadable_answer: {
    what: 'The answer is no OAuth answer: neither a token nor an error can be read from it.',
    mend: 'Check that the URL is the one in the provider’s documentation.',
    field: 'url',
  },
  request_refused: {
    what: 'The provider refused the request itself.',
    mend: 'Read the response: the provider’s own words say more. Check scope rows, client settings and the URL.',
    field: 'url',
  },
  unclear_answer: {
    what: 'The answer does not tell whether this setting is right.',
    mend: 'Nothing, if the rest of the test works. Else read the response.',
    field: 'url',
  },
  issuer_mismatch: {
    what: 'The answer names another issuer or client than the profile.',
    mend: 'Check the discovery URL and the client ID: they belong to different tenants or environments.',
    field: 'advanced.discoveryUrl',
  },
  discovery_differs: {
    what: 'The provider’s discovery document tells otherwise than the profile.',
    mend: 'Compare the profile with the document. What works may stay as it is.',
    field: 'advanced.discoveryUrl',
  },
  no_refresh_token: {
    what: 'No refresh token came, so users must consent again each time the access token ends.',
    mend: 'Ask for one as the provider documents it: a scope such as offline_access, or a parameter such as access_type=offline.',
    field: 'scope',
  },
  scopes_missing: {
    what: 'The provider granted fewer scopes than were asked for.',
    mend: 'Allow the missing scopes for the client at the provider, or take them out of the profile.',
    field: 'scope',
  },
  clock_differs: {
    what: 'The provider’s clock and ours differ by more than two minutes.',
    mend: 'Have the clock of this installation set by NTP; if it is right, the provider’s is wrong.',
    field: null,
  },
  not_revoked: {
    what: 'The token of this test could not be revoked at the provider; it is forgotten here.',
    mend: 'Check the revocation URL, else signing out will not end tokens at the provider.',
    field: 'url',
  },
  next_secret_taken: {
    what: 'The provider refuses the present client secret and takes the next one, which has taken its place.',
    mend: 'Nothing: the next client secret is now the client secret.',
    field: 'nextClientSecret',
  },
  profile_revised: {
    what: 'The profile was revised while the test ran.',
    mend: 'Start the test again.',
    field: null,
  },
};

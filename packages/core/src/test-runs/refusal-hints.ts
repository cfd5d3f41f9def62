/** What a provider's refusal is about, as far as its words tell. */
export type Hint =
  | 'secret'
  | 'client'
  | 'method'
  | 'redirect'
  | 'scope'
  | 'pkce-required'
  | 'pkce'
  | 'grant-type'
  | 'code'
  | 'person';

/** Error words that say it by themselves: RFC 6749, OpenID Connect, and those of large providers. */
const byError: Record<string, Hint> = {
  invalid_client_id: 'client',
  unknown_client: 'client',
  bad_client_secret: 'secret',
  invalid_client_secret: 'secret',
  redirect_uri_mismatch: 'redirect',
  bad_redirect_uri: 'redirect',
  invalid_redirect_uri: 'redirect',
  invalid_scope: 'scope',
  unsupported_grant_type: 'grant-type',
  unsupported_response_type: 'grant-type',
  unauthorized_client: 'grant-type',
  access_denied: 'person',
  invalid_grant: 'code',
  bad_verification_code: 'code',
  invalid_code: 'code',
  code_already_used: 'code',
  code_expired: 'code',
};

/** Words of descriptions and error pages, the more telling first. Numbers are Microsoft's (AADSTS…). */
const byText: readonly [RegExp, Hint][] = [
  [
    /AADSTS70002(15|22)\b|(?:invalid|incorrect|wrong|bad|expired|mismatch\w*)\s+(?:oauth\s+)?client[ _]secret|client[ _]secret\b[^.]{0,40}\b(?:invalid|incorrect|wrong|expired|mismatch|not match|does ?n.t match)/i,
    'secret',
  ],
  [
    /AADSTS700016\b|\bdeleted_client\b|(?:unknown|invalid|unrecognized|no such)\s+(?:oauth\s+)?(?:client|application|app)\b(?![ _](?:secret|credentials?|authentication|assertion))|(?:client|application|app)\b[^.]{0,60}\b(?:not found|was not found|does not exist|is not registered|unknown|not recognized)/i,
    'client',
  ],
  [
    /AADSTS50011\b|AADSTS500112\b|redirect_uri_mismatch|redirect[ _-]?ur[il]\b[^.]{0,80}\b(?:mismatch|not registered|not (?:be )?allowed|not (?:a )?valid|invalid|must (?:be|match)|does ?n.t match|not match|not associated|not whitelisted)|(?:invalid|mismatching|unregistered|bad)\s+redirect[ _-]?ur[il]/i,
    'redirect',
  ],
  [
    /AADSTS9002325\b|AADSTS50148\b|(?:pkce|code[ _]challenge|code[ _]verifier)\b[^.]{0,40}\b(?:required|missing|must|expected)|(?:missing|requires?)\b[^.]{0,40}\b(?:pkce|code[ _]challenge|code[ _]verifier)/i,
    'pkce-required',
  ],
  [/AADSTS501481\b|pkce|code[ _]challenge|code[ _]verifier/i, 'pkce'],
  [
    /(?:token_endpoint_auth_method|client_secret_(?:basic|post)|(?:client )?authentication (?:method|scheme)|basic auth\w*|authorization header)\b/i,
    'method',
  ],
  [/AADSTS(?:70011|650053|28003)\b|\bscopes?\b/i, 'scope'],
  [
    /AADSTS(?:9002313|70000|70008|54005)\b|(?:authori[sz]ation|verification) code|\bcode\b[^.]{0,30}\b(?:not valid|invalid|expired|not found|malformed|incorrect)|(?:invalid|malformed|incorrect)\s+(?:auth\w*\s+)?code\b/i,
    'code',
  ],
  [/grant[ _]type/i, 'grant-type'],
];

/** RFC 6749 section 5.2 lists every cause of `invalid_client`, and servers that repeat the list mean none of them; others name both halves at once. */
const everything = /\(e\.g\.,?\s*unknown client[^)]*\)|client_id\s+(?:and\/or|or|and)\s+client_secret/gi;

/** What a description or the text of a page is about; null where it says nothing that we know. */
export function hintInText(text: string): Hint | null {
  const telling = text.replace(everything, ' ');
  return byText.find(([pattern]) => pattern.test(telling))?.[1] ?? null;
}

/** What an error answer is about: the description where it is the more telling, as `invalid_request` and `invalid_client` say little. */
export function hintOf(error: string, description: string): Hint | null {
  const told = hintInText(description);
  const named = Object.hasOwn(byError, error) ? (byError[error] ?? null) : null;
  return named === null || named === 'code' || error === 'unauthorized_client' ? (told ?? named) : named;
}

/** Whether an error word says that the code, token or consent is no good: what a made-up one must be told. */
export function isAboutCode(error: string): boolean {
  return (
    (Object.hasOwn(byError, error) && byError[error] === 'code') ||
    ['invalid_token', 'bad_refresh_token', 'invalid_refresh_token', 'expired_token'].includes(error)
  );
}

import type { ScriptedProvider, ScriptedProviderOptions } from './scripted-provider.js';

/** OpenID Connect Discovery section 3, RFC 8414 section 2, RFC 9207 section 3. */
export function discoveryDocument(provider: ScriptedProvider, options: ScriptedProviderOptions): Record<string, unknown> {
  return {
    issuer: provider.origin,
    authorization_endpoint: provider.authorizationUrl,
    token_endpoint: provider.tokenUrl,
    revocation_endpoint: provider.revocationUrl,
    userinfo_endpoint: provider.userinfoUrl,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: options.clientAuthentication ?? ['client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: options.sendsIss ?? true,
  };
}

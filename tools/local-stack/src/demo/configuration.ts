import type { AdapterFactory, ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { DemoKeys, DemoUser } from './keys.js';
import { errorPage, sendPage } from './pages.js';

/** A further client of the demo provider. */
export interface DemoClient {
  clientId: string;
  clientSecret?: string;
  redirectUris: string[];
  authentication: 'client_secret_basic' | 'client_secret_post' | 'none';
}

interface Settings {
  adapter: AdapterFactory;
  keys: DemoKeys;
  users: readonly DemoUser[];
  clients: readonly DemoClient[];
  accessTokenSeconds: number;
}

const day = 24 * 60 * 60;

/** The demo provider's rules: strict rotation, a refresh token with every consent, and ID tokens that name the account. */
export function demoConfiguration({ adapter, keys, users, clients, accessTokenSeconds }: Settings): Configuration {
  return {
    adapter,
    clients: clients.map(clientMetadata),
    jwks: { keys: [keys.signingKey as never] },
    cookies: { keys: [keys.cookieSecret] },
    scopes: ['openid', 'offline_access', 'email', 'profile'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    conformIdTokenClaims: false, // the ID token itself tells whose account it is
    responseTypes: ['code'],
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
    },
    findAccount: (_ctx, sub) => {
      const user = users.find(({ login }) => login === sub);
      return (
        user && {
          accountId: sub,
          claims: () => ({ sub, email: user.email, email_verified: true, name: user.name, groups: user.groups }),
        }
      );
    },
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    expiresWithSession: () => false, // a bot's token outlives the person's browser session
    renderError: (ctx, { error, error_description: why }) => renderError(ctx, error, why),
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: 400 * day,
      IdToken: 3600,
      Interaction: 600,
      RefreshToken: 180 * day,
      Session: 14 * day,
    },
  };
}

function clientMetadata({ clientId, clientSecret, redirectUris, authentication }: DemoClient): ClientMetadata {
  return {
    client_id: clientId,
    client_name: 'Grantkeeper',
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: authentication,
  };
}

function renderError(ctx: KoaContextWithOIDC, error: string, why: string | undefined): void {
  const status = ctx.status;
  ctx.respond = false;
  sendPage(ctx.res, status, errorPage(why ? `${error}: ${why}` : error));
}

import type { NewProfile } from '@grantkeeper/contracts/profiles/http';
import { type DemoKeys, type DemoUser, demoUsers } from '../demo/keys.js';
import { readIfThere } from '../private-file.js';
import type { StackState } from './kept-state.js';

/** The demo provider as a client sees it; its paths are oidc-provider's own. */
export interface DemoEndpoints {
  issuer: string;
  authorizationUrl: string;
  tokenUrl: string;
  userinfoUrl: string;
  revocationUrl: string;
  clientId: string;
  clientSecret: string;
  users: DemoUser[];
}

/** Where the demo provider of this state will answer, and who may use it. */
export function demoEndpoints({ demoPort, demoKeysFile }: StackState): DemoEndpoints {
  const keys = JSON.parse(readIfThere(demoKeysFile) ?? '{}') as DemoKeys;
  const issuer = `http://127.0.0.1:${demoPort}`;
  return {
    issuer,
    authorizationUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    userinfoUrl: `${issuer}/me`,
    revocationUrl: `${issuer}/token/revocation`,
    clientId: 'grantkeeper-demo',
    clientSecret: keys.clientSecret,
    users: demoUsers(keys),
  };
}

/** The demo's authorization profile. */
export function demoProfile(id: string, demo: DemoEndpoints): NewProfile & { id: string } {
  return {
    id,
    type: 'oauth2',
    name: 'demo',
    identityProvider: 'Demo provider',
    description: 'The authorization server of the local stack.',
    clientId: demo.clientId,
    clientSecret: demo.clientSecret,
    authorizationUrl: demo.authorizationUrl,
    tokenUrl: demo.tokenUrl,
    scope: [{ value: 'openid' }, { value: 'offline_access' }, { value: 'email' }, { key: 'prompt', value: 'consent' }],
    identityCheck: 'confirm',
    advanced: { pkce: 'S256', clientAuthentication: { method: 'client_secret_basic' }, revocationUrl: demo.revocationUrl },
  };
}

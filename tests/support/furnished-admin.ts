import type { GrantView } from '@grantkeeper/contracts/grants/http';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import type { Examples } from './admin-tab.js';
import { Browser } from './browser.js';
import type { ScriptedProvider } from './scripted-provider/scripted-provider.js';
import type { System } from './system.js';

/** Every kind of text that somebody outside gives. */
export const saidKinds = [
  'assistant',
  'profile',
  'provider',
  'description',
  'scope',
  'field label',
  'field hint',
  'field prefix',
  'extra field',
  'runtime key',
  'api token',
  'user',
  'account',
  'tenant',
  'context',
] as const;
export type Said = (typeof saidKinds)[number];

export interface Furnished {
  examples: Examples;
  assistant: { id: string; name: string };
  profile: ProfileView;
  grantId: string;
  runtimeKeyId: string;
  key: string;
}

/** One of everything that the admin shows, made through the product's own HTTP interface, in the words of `say`. */
export async function furnish(
  system: System,
  provider: ScriptedProvider,
  say: (what: Said) => string = (what) => `A ${what}`,
): Promise<Furnished> {
  const assistant = await system.givenAssistant(say('assistant'));
  const profile = await aProfile(system, provider, assistant.id, say);
  const made = await system.asOperator<{ id: string; key: string }>('POST', `/v1/assistants/${assistant.id}/runtime-keys`, {
    name: say('runtime key'),
  });
  const { id: runtimeKeyId, key } = right(made);
  right(await system.asOperator('POST', '/v1/operators/me/api-tokens', { name: say('api token') }));
  const grantId = await aGrant(system, provider, profile.id, key, say);
  const examples = { assistantId: assistant.id, profileId: profile.id, grantId };
  return { examples, assistant, profile, grantId, runtimeKeyId, key };
}

async function aProfile(
  system: System,
  provider: ScriptedProvider,
  assistantId: string,
  say: (what: Said) => string,
): Promise<ProfileView> {
  const overrides = {
    name: say('profile'),
    identityProvider: say('provider'),
    description: say('description'),
    scope: [{ value: 'read' }, { key: 'audience', value: say('scope') }],
    tenancy: { enabled: true, url: `${provider.origin}/api?org={tenant}` },
    additionalFields: [{ key: 'pin', label: say('field label'), hint: say('field hint'), prefix: say('field prefix') }],
    authorizationFields: [{ fieldType: 'payload', key: 'note', value: say('extra field') }],
    authorizationUrl: `${provider.authorizationUrl}?org={tenant}`,
  };
  const profile = await system.givenProfile(provider, overrides, assistantId);
  const ifMatch = { 'if-match': `"${profile.revision}"` };
  const description = `${say('description')}\n${say('description')}`;
  return right(await system.asOperator<ProfileView>('PATCH', `/v1/profiles/${profile.id}`, { description }, ifMatch));
}

async function aGrant(
  system: System,
  provider: ScriptedProvider,
  profile: string,
  key: string,
  say: (what: Said) => string,
): Promise<string> {
  const ask = {
    profile,
    user: say('user'),
    account: say('account'),
    tenant: say('tenant'),
    fields: { pin: '1234' },
    context: { said: say('context') },
  };
  const asked = await system.askToken({ ...ask, signIn: { displayName: say('user') } }, key);
  if (asked.body.status === 'ready' || !asked.body.signInUrl) throw new Error(`expected a sign-in link: ${asked.text}`);
  await new Browser().consent(asked.body.signInUrl, provider, { email: 'ada@example.com' });
  const { body, text } = await system.askToken({ ...ask, waitSeconds: 20 }, key);
  if (body.status !== 'ready') throw new Error(`expected a token after consent: ${text}`);
  const found = await system.api<{ items: GrantView[] }>('GET', `/v1/grants?user=${encodeURIComponent(ask.user)}`, {
    token: key,
  });
  const [grant] = right(found).items;
  if (!grant) throw new Error(`no grant of ${ask.user}: ${found.text}`);
  return grant.id;
}

function right<T>(answer: { status: number; body: T; text: string }): T {
  if (answer.status >= 400) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

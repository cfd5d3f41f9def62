import { randomUUID } from 'node:crypto';
import { type DemoProvider, startDemoProvider } from '@grantkeeper/local-stack/demo-provider';
import type { Page } from 'playwright-core';
import type { System } from './system.js';

export interface DemoPlace {
  provider: DemoProvider;
  assistantId: string;
  profile: string;
  key: string;
  user: { login: string; email: string; password: string };
}

/** The local stack's real authorization server, and a profile for it as the local stack makes one. */
export async function demoPlace(
  system: System,
  assistantName: string,
  overrides: Record<string, unknown> = {},
): Promise<DemoPlace> {
  const id = randomUUID();
  const redirectUris = [`${system.publicUrl}/callback/${id}`];
  const provider = await startDemoProvider({ port: 0, redirectUris, accessTokenSeconds: 3600, adapter: 'memory' });
  const assistant = await system.givenAssistant(assistantName);
  const scope = [{ value: 'openid' }, { value: 'offline_access' }, { value: 'email' }, { key: 'prompt', value: 'consent' }];
  const told = { id, identityProvider: 'Demo provider', scope, advanced: {}, ...overrides };
  const profile = await system.givenProfile(provider, told, assistant.id);
  const [user] = provider.users;
  if (!user) throw new Error('the demo provider has no users');
  return {
    provider,
    assistantId: assistant.id,
    profile: profile.id,
    key: (await system.givenRuntimeKey(assistant.id)).key,
    user,
  };
}

/** A fresh sign-in link for this user of the assistant. */
export async function linkFor(
  system: System,
  { profile, key }: Pick<DemoPlace, 'profile' | 'key'>,
  user: string,
  displayName?: string,
): Promise<{ url: string; id: string }> {
  const { body, text } = await system.askToken({ profile, user, ...(displayName && { signIn: { displayName } }) }, key);
  if (body.status === 'ready' || !body.signInUrl || !body.authorizationId) throw new Error(`expected a sign-in link: ${text}`);
  return { url: body.signInUrl, id: body.authorizationId };
}

/** Signs in at the demo provider's login page, with the mouse. */
export async function signInAtDemo(page: Page, { login, password }: DemoPlace['user']): Promise<void> {
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

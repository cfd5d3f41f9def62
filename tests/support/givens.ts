import { randomUUID } from 'node:crypto';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import type { ApiAnswer } from './api-client.js';
import { Browser, type ConsentDecision, type ConsentingProvider } from './browser.js';

/** What a profile must know of its provider. */
export interface ProviderEndpoints {
  authorizationUrl: string;
  tokenUrl: string;
  revocationUrl?: string;
  clientId: string;
  clientSecret?: string;
}

export type ReadyAnswer = Extract<TokenAnswer, { status: 'ready' }>;

export interface TokenAsk {
  profile: string;
  user: string;
  account?: string;
  tenant?: string;
  fields?: Record<string, string>;
  context?: Record<string, unknown>;
  minTtlSeconds?: number;
  refusedVersion?: number;
  waitSeconds?: number;
  signIn?: false | { returnUrl?: string; verifierChallenge?: string; displayName?: string };
}

export interface GivenGrant {
  profile: ProfileView;
  key: string;
  user: string;
  ready: ReadyAnswer;
}

/** Builders that go through the product's own HTTP interface: what they make could have been made by hand. */
export abstract class Givens {
  private home: Promise<{ id: string }> | null = null;

  /** A management call by the first operator. */
  abstract asOperator<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer<T>>;
  /** `POST /v1/token`, by default at the first api. */
  abstract askToken(ask: TokenAsk, key: string, api?: number): Promise<ApiAnswer<TokenAnswer>>;

  givenAssistant(name = `Assistant ${randomUUID()}`): Promise<{ id: string; name: string }> {
    return this.made('/v1/assistants', { name });
  }

  /** The assistant that builders use unless told another. */
  homeAssistant(): Promise<{ id: string }> {
    this.home ??= this.givenAssistant();
    return this.home;
  }

  /** A profile for this provider: no openid, so that nothing holds the grant, and `confirm`. */
  async givenProfile(
    provider: ProviderEndpoints,
    overrides: Record<string, unknown> = {},
    assistantId?: string,
  ): Promise<ProfileView> {
    const { advanced, ...rest } = overrides;
    return this.made(`/v1/assistants/${assistantId ?? (await this.homeAssistant()).id}/profiles`, {
      type: 'oauth2',
      name: `Profile ${randomUUID()}`,
      identityProvider: 'Scripted',
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
      authorizationUrl: provider.authorizationUrl,
      tokenUrl: provider.tokenUrl,
      scope: [{ value: 'read' }, { value: 'write' }],
      identityCheck: 'confirm',
      advanced: { revocationUrl: provider.revocationUrl, ...(advanced as object | undefined) },
      ...rest,
    });
  }

  async givenRuntimeKey(assistantId?: string, profiles?: string[]): Promise<{ id: string; key: string }> {
    const assistant = assistantId ?? (await this.homeAssistant()).id;
    return this.made(`/v1/assistants/${assistant}/runtime-keys`, { name: `Runtime ${randomUUID()}`, profiles });
  }

  /** An active grant: asked for, consented in a browser of its own, handed out once. */
  async givenGrant(
    provider: ProviderEndpoints & ConsentingProvider,
    wanted: Partial<Omit<GivenGrant, 'ready'>> & { decision?: ConsentDecision } = {},
  ): Promise<GivenGrant> {
    const profile = wanted.profile ?? (await this.givenProfile(provider));
    const key = wanted.key ?? (await this.givenRuntimeKey(profile.assistantId)).key;
    const user = wanted.user ?? `user-${randomUUID()}`;
    const asked = await this.askToken({ profile: profile.id, user }, key);
    if (asked.body.status === 'ready' || asked.body.signInUrl === undefined)
      throw new Error(`expected a sign-in link: ${asked.text}`);
    const outcome = await new Browser().consent(asked.body.signInUrl, provider, wanted.decision);
    const { body, text } = await this.askToken({ profile: profile.id, user, waitSeconds: 20 }, key);
    if (body.status !== 'ready') throw new Error(`expected a token after consent: ${text}; the page said: ${outcome.text}`);
    return { profile, key, user, ready: body };
  }

  private async made<T>(path: string, body: unknown): Promise<T> {
    const answer = await this.asOperator<T>('POST', path, body);
    if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }
}

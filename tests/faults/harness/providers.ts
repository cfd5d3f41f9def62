import { randomBytes, randomUUID } from 'node:crypto';
import { PageWalker } from '@grantkeeper/local-stack/demo/page-walker';
import { type DemoProvider, startDemoProvider } from '@grantkeeper/local-stack/demo-provider';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '../../support/scripted-provider/scripted-provider.js';
import type { ProviderMode } from '../../support/scripted-provider/token-families.js';
import type { System } from '../../support/system.js';
import type { SeenRequest, Witness } from '../oracle/evidence.js';

/** Rotating and strict; rotating, and the same token may come again; never changing. */
export const scriptedNames = ['strict', 'reuse', 'constant'] as const;
export type ScriptedName = (typeof scriptedNames)[number];
/** `oidc`: oidc-provider, a certified server, rotating and strict. */
export type ProviderName = ScriptedName | 'oidc';

export const accessTokenSeconds = 3600;
const modes: Record<ScriptedName, ProviderMode> = { strict: 'strict', reuse: 'reuse-grace', constant: 'constant' };

/** Workers that have just died still count as living, and would leave those that come after them a small part of the usual limit. */
const limits = { inFlight: 1000 };

/** A profile to consent at, and a runtime key of its assistant. */
export interface Place {
  profile: { id: string; assistantId: string };
  key: string;
}

/** The authorization servers of a stage, and what each of them has seen. */
export class Providers {
  /** Begins every secret, code and token of the scripted ones, so that a leak can be searched for. */
  readonly canary: string;
  private readonly others: ScriptedProvider[] = [];
  private readonly places = new Map<ProviderName, Promise<Place>>();
  private readonly oidcRequests: SeenRequest[] = [];
  private oidcStarted: Promise<DemoProvider> | null = null;
  private readonly oidcProfileId = randomUUID();

  private constructor(
    private readonly system: System,
    readonly scripted: Readonly<Record<ScriptedName, ScriptedProvider>>,
    canary: string,
  ) {
    this.canary = canary;
  }

  static async start(system: System): Promise<Providers> {
    const canary = `canary${randomBytes(10).toString('hex')}`;
    const start = (name: ScriptedName) =>
      startScriptedProvider({ mode: modes[name], accessTokenSeconds, graceSeconds: accessTokenSeconds, canary });
    const [strict, reuse, constant] = await Promise.all(scriptedNames.map(start));
    return new Providers(system, { strict, reuse, constant } as Record<ScriptedName, ScriptedProvider>, canary);
  }

  /** The profile of this provider, made when it is first asked for. */
  place(name: ProviderName): Promise<Place> {
    const known = this.places.get(name) ?? this.makePlace(name);
    this.places.set(name, known);
    return known;
  }

  oidc(): Promise<DemoProvider> {
    this.oidcStarted ??= startDemoProvider({
      port: 0,
      redirectUris: [`${this.system.publicUrl}/callback/${this.oidcProfileId}`],
      accessTokenSeconds,
      adapter: 'memory',
      requestLog: ({ at, grantType, code, refreshToken }) => {
        if (grantType !== undefined) this.oidcRequests.push({ at: Date.parse(at), code, refreshToken, refused: null });
      },
    });
    return this.oidcStarted;
  }

  /** Who says yes for the user: a person who signs in at oidc-provider, or the scripted one at once. */
  async approves(name: ProviderName): Promise<{ approve(authorizationUrl: string): string | Promise<string> }> {
    if (name !== 'oidc') return this.scripted[name];
    const provider = await this.oidc();
    return { approve: (authorizationUrl) => signInAt(provider, this.system.publicUrl, authorizationUrl) };
  }

  /** One more scripted provider, whose tokens begin with the same canary, for whoever needs other rules than the common ones. */
  async add(options: ScriptedProviderOptions): Promise<ScriptedProvider> {
    const provider = await startScriptedProvider({ ...options, canary: this.canary });
    this.others.push(provider);
    return provider;
  }

  /** Every token request that a provider has seen, in order. */
  requests(name: ProviderName): SeenRequest[] {
    return name === 'oidc' ? this.oidcRequests : requestsOf(this.scripted[name]);
  }

  /** What each of them can say to the oracle. */
  async witnesses(): Promise<Witness[]> {
    const scripted = scriptedNames.map((name) => witnessOf(this.scripted[name], name, name !== 'constant'));
    const others = this.others.map((provider, index) => witnessOf(provider, `other-${index + 1}`, provider.rotates));
    if (!this.oidcStarted) return [...scripted, ...others];
    const oidc = await this.oidcStarted;
    const requests = () => this.oidcRequests;
    const isNewest = (token: string) => isActiveAt(oidc, token);
    return [...scripted, ...others, { name: 'oidc', origin: oidc.issuer, rotates: true, requests, isNewest }];
  }

  /** How often this code or refresh token was presented. */
  sends(name: ProviderName, presented: string): number {
    return this.requests(name).filter(({ code, refreshToken }) => code === presented || refreshToken === presented).length;
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...Object.values(this.scripted), ...this.others, await this.oidcStarted].map((provider) => provider?.stop()),
    );
  }

  private async makePlace(name: ProviderName): Promise<Place> {
    const profile = name === 'oidc' ? await this.makeOidcProfile() : await this.makeProfile(name);
    return { profile, key: (await this.system.givenRuntimeKey(profile.assistantId)).key };
  }

  private makeProfile(name: ScriptedName) {
    const reuse = name === 'reuse' ? { refreshReuse: { allowedSeconds: 600 } } : {};
    return this.system.givenProfile(this.scripted[name], { advanced: { ...reuse, limits } });
  }

  private async makeOidcProfile() {
    const provider = await this.oidc();
    const advanced = { discoveryUrl: `${provider.issuer}/.well-known/openid-configuration`, limits };
    const scope = [{ value: 'openid' }, { value: 'email' }];
    return this.system.givenProfile(provider, { id: this.oidcProfileId, advanced, scope });
  }
}

async function signInAt(provider: DemoProvider, clientUrl: string, authorizationUrl: string): Promise<string> {
  const browser = new PageWalker(clientUrl);
  const [user] = provider.users;
  const signIn = await browser.walk(authorizationUrl);
  const asked = await browser.walk(`${signIn.url}/login`, { login: user?.login ?? '', password: user?.password ?? '' });
  return (await browser.walk(`${asked.url}/allow`, {})).url;
}

function requestsOf(provider: ScriptedProvider): SeenRequest[] {
  return provider.tokenRequests().map(({ at, code, refreshToken, answered }) => {
    const status = answered?.status ?? 0;
    return { at, code, refreshToken, refused: status >= 400, isPassing: status === 429 || status >= 500 };
  });
}

function witnessOf(provider: ScriptedProvider, name: string, rotates: boolean): Witness {
  const isNewest = async (token: string) => provider.newestRefreshToken(token) === token && provider.isRefreshTokenAlive(token);
  return { name, origin: provider.origin, rotates, requests: () => requestsOf(provider), isNewest };
}

/** RFC 7662. */
async function isActiveAt(provider: DemoProvider, token: string): Promise<boolean> {
  const credentials = Buffer.from(`${provider.clientId}:${encodeURIComponent(provider.clientSecret)}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}` };
  const answer = await fetch(provider.introspectionUrl, { method: 'POST', headers, body: new URLSearchParams({ token }) });
  return ((await answer.json()) as { active?: boolean }).active === true;
}

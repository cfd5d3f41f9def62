import { randomUUID } from 'node:crypto';
import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import type { ApiAnswer } from './api-client.js';
import { Browser, type Page } from './browser.js';
import type { TokenAsk } from './givens.js';
import type { System } from './system.js';

/** Whoever decides at the provider for the user, and answers with the callback's address. */
export interface Approves {
  approve(authorizationUrl: string): string | Promise<string>;
}

/** For whom and at which profile; a new user unless told. */
export interface Wanted extends Partial<TokenAsk> {
  profile: string;
  key: string;
  /** What the user types on the page. */
  typed?: Record<string, string>;
}

/** A consent that has come as far as the provider's yes: the callback is what the browser does next. */
export class PreparedConsent {
  constructor(
    private readonly system: System,
    readonly ask: TokenAsk,
    readonly key: string,
    readonly authorizationId: string,
    readonly signInUrl: string,
    readonly browser: Browser,
    readonly authorizationUrl: string,
    readonly callbackUrl: string,
  ) {}

  get code(): string {
    return new URL(this.callbackUrl).searchParams.get('code') ?? '';
  }

  /** Brings the callback; answers the page that follows it. */
  deliver(): Promise<Page> {
    return this.browser.open(this.callbackUrl, { crossSite: true });
  }

  askToken(waitSeconds = 0): Promise<ApiAnswer<TokenAnswer>> {
    return this.system.askToken({ ...this.ask, waitSeconds }, this.key);
  }

  /** How the consent stands, as the runtime sees it; at the first api unless told. */
  async outcome(api = 0): Promise<AuthorizationView> {
    const path = `/v1/authorizations/${this.authorizationId}`;
    const answer = await this.system.api<AuthorizationView>('GET', path, { token: this.key, api });
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }
}

/** Asks, opens the link, continues and lets the provider say yes. */
export async function prepareConsent(
  system: System,
  provider: Approves,
  { key, typed, ...wanted }: Wanted,
): Promise<PreparedConsent> {
  const ask: TokenAsk = { user: `user-${randomUUID()}`, ...wanted };
  const { body, text } = await system.askToken(ask, key);
  if (body.status === 'ready' || !body.signInUrl || !body.authorizationId) throw new Error(`expected a sign-in link: ${text}`);
  const browser = new Browser();
  const authorizationUrl = await browser.continueToProvider(body.signInUrl, typed);
  const callbackUrl = await provider.approve(authorizationUrl);
  return new PreparedConsent(system, ask, key, body.authorizationId, body.signInUrl, browser, authorizationUrl, callbackUrl);
}

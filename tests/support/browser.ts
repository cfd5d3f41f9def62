import { setTimeout as pause } from 'node:timers/promises';
import { CookieJar } from './cookie-jar.js';
import { formsIn, type HtmlForm, refreshOf, textOf } from './html-page.js';

/** Someone who consents at the provider without a browser; a scripted provider, as a rule. */
export interface ConsentingProvider {
  approve(authorizationUrl: string, decision?: ConsentDecision): string;
}

export interface ConsentDecision {
  subject?: string;
  email?: string;
  deny?: boolean;
}

export interface Page {
  url: string;
  status: number;
  headers: Headers;
  html: string;
  text: string;
  forms: HtmlForm[];
  /** Where a redirect wanted to lead out of this site; it was not followed. */
  leadsTo: string | null;
  refresh: { seconds: number; url: string } | null;
}

interface Navigation {
  method: 'GET' | 'POST';
  body?: URLSearchParams;
  /** The page that the navigation began on; null for an address typed in. */
  from: Page | null;
  /** Whether another site's page began it. */
  crossSite: boolean;
}

/** A browser without Chromium: cookies by site, plain forms, redirects within one origin. Enough for our own pages. */
export class Browser {
  readonly cookies = new CookieJar();

  /** Opens an address; `crossSite` as a link or redirect of another site would. */
  open(url: string, { crossSite = false } = {}): Promise<Page> {
    return this.navigate(url, { method: 'GET', from: null, crossSite });
  }

  /** Sends a form of another site's page here, as response_mode=form_post does. */
  postFromOtherSite(url: string, fields: Record<string, string>): Promise<Page> {
    return this.navigate(url, { method: 'POST', body: new URLSearchParams(fields), from: null, crossSite: true });
  }

  /** Presses a button of the page's form (the first one, or that with the label) with the fields filled in. */
  submit(page: Page, fields: Record<string, string> = {}, label?: string): Promise<Page> {
    const form = page.forms.find(({ buttons }) => label === undefined || buttons.some((button) => button.label === label));
    if (!form)
      throw new Error(`no form${label ? ` with a button "${label}"` : ''} on ${page.url} (${page.status}): ${page.text}`);
    const button = form.buttons.find((one) => label === undefined || one.label === label);
    const pressed = button?.name ? { [button.name]: button.value } : {};
    const body = new URLSearchParams({ ...form.fields, ...pressed, ...fields });
    if (form.method === 'POST') return this.navigate(form.action, { method: 'POST', body, from: page, crossSite: false });
    const url = new URL(form.action);
    url.search = body.toString();
    return this.navigate(url.href, { method: 'GET', from: page, crossSite: false });
  }

  /** From the sign-in link to the provider: the URL that Continue leads to. */
  async continueToProvider(signInUrl: string, fields: Record<string, string> = {}): Promise<string> {
    const sent = await this.submit(await this.open(signInUrl), fields);
    if (sent.leadsTo === null) throw new Error(`Continue did not lead to the provider (${sent.status}): ${sent.text}`);
    return sent.leadsTo;
  }

  /** The whole way of a user: link, Continue, decision at the provider, callback, until the outcome page stands still. */
  async consent(signInUrl: string, provider: ConsentingProvider, decision: ConsentDecision = {}): Promise<Page> {
    const callback = provider.approve(await this.continueToProvider(signInUrl), decision);
    return this.untilStill(await this.open(callback, { crossSite: true }));
  }

  /** Lets a page that refreshes itself do so until it doesn't any more. */
  async untilStill(page: Page, withinMs = 30_000): Promise<Page> {
    const deadline = performance.now() + withinMs;
    let current = page;
    while (current.refresh !== null) {
      if (performance.now() > deadline) throw new Error(`the page still refreshes itself after ${withinMs} ms: ${current.text}`);
      await pause(Math.min(current.refresh.seconds * 1000, 250));
      current = await this.navigate(current.refresh.url, { method: 'GET', from: current, crossSite: false });
    }
    return current;
  }

  private async navigate(url: string, first: Navigation): Promise<Page> {
    let [target, navigation] = [url, first];
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await this.send(target, navigation);
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      const next = location === null ? null : new URL(location, target);
      if (next === null || next.origin !== new URL(target).origin) return readPage(target, response, next?.href ?? null);
      const keepsMethod = response.status === 307 || response.status === 308;
      navigation = keepsMethod ? navigation : { ...navigation, method: 'GET', body: undefined };
      target = next.href;
    }
    throw new Error(`more than 10 redirects from ${url}`);
  }

  private async send(url: string, { method, body, from, crossSite }: Navigation): Promise<Response> {
    const headers: Record<string, string> = {
      accept: 'text/html,application/xhtml+xml',
      'sec-fetch-dest': 'document',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-site': crossSite ? 'cross-site' : from === null ? 'none' : 'same-origin',
    };
    const cookie = this.cookies.headerFor(url, { method, crossSite });
    if (cookie !== null) headers.cookie = cookie;
    if (method === 'POST') headers.origin = originOf(from);
    const response = await fetch(url, { method, headers, body, redirect: 'manual' });
    this.cookies.keep(url, response.headers.getSetCookie());
    return response;
  }
}

/** A page under `no-referrer` sends its forms with the origin "null", as browsers do (Fetch standard, request Origin header). */
function originOf(from: Page | null): string {
  if (from === null) return 'https://elsewhere.test';
  return from.headers.get('referrer-policy') === 'no-referrer' ? 'null' : new URL(from.url).origin;
}

async function readPage(url: string, response: Response, leadsTo: string | null): Promise<Page> {
  const html = await response.text();
  const refresh = leadsTo === null ? refreshOf(html, response.headers.get('refresh'), url) : null;
  return {
    url,
    status: response.status,
    headers: response.headers,
    html,
    text: textOf(html),
    forms: formsIn(html, url),
    leadsTo,
    refresh,
  };
}

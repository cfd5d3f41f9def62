export interface PageSeen {
  url: string;
  status: number;
  text: string;
}

/** A browser as far as a walk through sign-in pages needs one: it keeps cookies and follows redirects, but not into the client. */
export class PageWalker {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly clientUrl: string) {}

  /** Gets the page, or posts the form to it, and follows redirects until a page answers or the client's URL is reached. */
  async walk(url: string, form?: Record<string, string>): Promise<PageSeen> {
    let response = await this.request(url, form);
    let at = url;
    while (response.headers.has('location')) {
      at = new URL(response.headers.get('location') ?? '', at).href;
      if (at.startsWith(this.clientUrl)) return { url: at, status: response.status, text: '' };
      response = await this.request(at);
    }
    return { url: at, status: response.status, text: await response.text() };
  }

  private async request(url: string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const posted = form && { method: 'POST', body: new URLSearchParams(form) };
    const origin = form && { origin: new URL(url).origin };
    const response = await fetch(url, { redirect: 'manual', headers: { cookie, ...origin }, ...posted });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return response;
  }
}

import type { Page } from 'playwright-core';

export interface SeenDocument {
  url: string;
  status: number;
  headers: Record<string, string>;
}

/** What a tab's console complained of (violated policies and missing assets are among it), and every document it was shown. */
export class PageWatch {
  readonly documents: SeenDocument[] = [];
  private readonly heard: { text: string; url: string }[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.heard.push({ text: message.text(), url: message.location().url });
    });
    page.on('pageerror', (error) => void this.heard.push({ text: error.message, url: page.url() }));
    page.on('response', (response) => {
      if (!response.request().isNavigationRequest()) return;
      this.documents.push({ url: response.url(), status: response.status(), headers: response.headers() });
    });
  }

  /** Complaints but those by which Chromium tells that a document itself came with a 4xx or 5xx. */
  get complaints(): string[] {
    const refused = new Set(this.documents.filter(({ status }) => status >= 400).map(({ url }) => url));
    const real = this.heard.filter(({ text, url }) => !(text.startsWith('Failed to load resource') && refused.has(url)));
    return real.map(({ text, url }) => `${text} (${url})`);
  }
}

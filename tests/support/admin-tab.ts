import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { eventually } from './eventually.js';
import { PageWatch } from './page-watch.js';
import type { System } from './system.js';

/** Ids that stand for the parameters of the admin's addresses. */
export type Examples = Readonly<Record<string, string>>;

/** Kept in every document: what a policy refused, which the console alone would not let us ask for. */
const collectRefusals = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber, columnNumber }) => {
  (window.refusals ??= []).push(violatedDirective + ' ' + blockedURI + ' at ' + sourceFile + ':' + lineNumber + ':' + columnNumber);
})`;

/** A tab with the admin in it. */
export class AdminTab {
  readonly watch: PageWatch;
  /** Asked questions of the browser itself: nothing of ours ever asks any. */
  readonly dialogs: string[] = [];
  /** Addresses outside of this system that the tab asked for. */
  readonly strangers: string[] = [];
  private readonly underWay = new Set<Request>();

  private constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    this.watch = new PageWatch(page);
    page.on('dialog', (dialog) => {
      this.dialogs.push(dialog.message());
      void dialog.dismiss().catch(() => {});
    });
    page.on('request', (request) => {
      if (!/^(?:data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) this.strangers.push(request.url());
      if (!request.url().includes('/v1/live')) this.underWay.add(request); // stays open as long as the page
    });
    page.on('requestfinished', (request) => this.underWay.delete(request));
    page.on('requestfailed', (request) => this.underWay.delete(request));
    page.on('framenavigated', () => this.underWay.clear());
  }

  static async open(chromium: Browser, system: System, options: BrowserContextOptions = {}): Promise<AdminTab> {
    const context = await chromium.newContext({ locale: 'en', viewport: { width: 1280, height: 800 }, ...options });
    await context.addInitScript(collectRefusals);
    return new AdminTab(await context.newPage(), system.publicUrl);
  }

  /** Signs in by the API, so that its cookie is there; the sign-in page has a walk of its own. */
  async signIn({ email, password }: { email: string; password: string }): Promise<void> {
    const headers = { origin: this.origin };
    const answer = await this.page.request.post(`${this.origin}/v1/session`, { headers, data: { email, password } });
    if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}: ${await answer.text()}`);
  }

  /** Opens an address below /admin, within the admin where it is open already, and waits until everything that it asks for is there. */
  async visit(path: string): Promise<void> {
    const isInside = await this.page.evaluate<boolean>('"__TSR_ROUTER__" in self');
    if (isInside) await this.page.evaluate(`self.__TSR_ROUTER__.navigate({ href: ${JSON.stringify(`/admin${path}`)} })`);
    else await this.page.goto(`${this.origin}/admin${path}`);
    await this.settled();
  }

  /** Until the page has a heading, nothing is loading and nothing has been asked for a moment. */
  async settled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    let quiet = 0;
    await eventually(
      async () => {
        const loading = await this.page.locator('.mantine-Loader-root:visible, .mantine-Skeleton-root:visible').count();
        quiet = this.underWay.size === 0 && loading === 0 ? quiet + 1 : 0;
        if (quiet < 3)
          throw new Error(`${this.page.url()} still loads: ${[...this.underWay].map((one) => one.url()).join(', ')}`);
      },
      { withinMs: 20_000, everyMs: 40 },
    );
  }

  /** Shows each tab of the page but the first, which is shown already, and hands over its name. */
  async eachFurtherTab(look: (name: string) => Promise<void>): Promise<void> {
    for (const name of (await this.page.getByRole('tab').allTextContents()).slice(1)) {
      await this.page.getByRole('tab', { name, exact: true }).click();
      await this.page.getByRole('tabpanel', { name, exact: true }).getByText(/./).first().waitFor();
      await this.settled();
      await look(name);
    }
  }

  refusals(): Promise<string[]> {
    return this.page.evaluate<string[]>('window.refusals ?? []');
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  /** Every address of the admin's own router, its parameters filled: a page that is added is among them. */
  async addresses(examples: Examples): Promise<string[]> {
    const paths = await this.page.evaluate<string[]>('Object.keys(self.__TSR_ROUTER__.routesByPath)');
    return paths.filter((path) => path !== '/').map((path) => filled(path, examples));
  }
}

function filled(path: string, examples: Examples): string {
  return path.replace(/\$(\w+)/g, (_whole, name: string) => {
    const id = examples[name];
    if (id === undefined) throw new Error(`no example of ${name} for the page ${path}`);
    return id;
  });
}

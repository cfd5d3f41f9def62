// npm run pictures [-- --only admin|users] [--language de] [--look light-1280]: a picture of every page in each look, into .local/pictures.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { AdminTab } from '../support/admin-tab.js';
import { tourOfAdmin } from '../support/admin-tour.js';
import { launchChromium } from '../support/chromium.js';
import { demoPlace } from '../support/demo-place.js';
import { furnish, type Said } from '../support/furnished-admin.js';
import { type Look, tourOfConsent, tourOfTheRest } from '../support/page-tour.js';
import { startScriptedProvider } from '../support/scripted-provider/scripted-provider.js';
import { startServices, stopServices } from '../support/services.mjs';
import { startSystem } from '../support/system.js';

const folder = fileURLToPath(new URL('../../.local/pictures', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    look: { type: 'string' },
    language: { type: 'string', default: 'en' },
  },
});
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ name: `${colorScheme}-${width}`, colorScheme, viewport: { width, height: 800 } })),
);

await startServices();
const system = await startSystem();
const chromium = await launchChromium();
const confirm = await demoPlace(system, 'Helpdesk bot');
const code = await demoPlace(system, 'Support bot', { identityCheck: 'code' });
const provider = await startScriptedProvider({ mode: 'strict' });
const words: Partial<Record<Said, string>> = {
  assistant: 'Travel bot',
  profile: 'ServiceNow',
  provider: 'ServiceNow',
  user: 'U024BE7LH',
};
const furnished = await furnish(system, provider, (what) => words[what] ?? `A ${what}`);
rmSync(folder, { recursive: true, force: true });
try {
  for (const { name, ...look } of looks) if ((values.look ?? name) === name) await picturesOf(name, look);
} finally {
  await chromium.close();
  await system.stop();
  await Promise.all([provider, confirm.provider, code.provider].map((one) => one.stop()));
  await stopServices();
}

async function picturesOf(name: string, look: BrowserContextOptions): Promise<void> {
  const options = { ...look, locale: values.language, reducedMotion: 'reduce' as const };
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  if (values.only !== 'admin') {
    const page = await (await chromium.newContext(options)).newPage();
    const tour = {
      system,
      page,
      places: { confirm, code },
      language: values.language === 'de' ? ('de' as const) : ('en' as const),
    };
    const take = takeInto(place, page);
    for (const users of [tourOfConsent, tourOfTheRest]) await users(tour, take).catch((error) => takeLast(take, error));
    await page.context().close();
  }
  if (values.only !== 'users') {
    const tab = await AdminTab.open(chromium, system, options);
    const take = takeInto(place, tab.page);
    await tourOfAdmin(tab, system, furnished, take).catch((error) => takeLast(take, error));
    await tab.close();
  }
  console.log(`${name}: ${place}`);
}

function takeInto(place: string, page: Page): Look {
  return async (shown) => {
    const path = join(place, `${shown.replace(/[^A-Za-z]+/g, '-')}.png`);
    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  };
}

async function takeLast(take: Look, error: unknown): Promise<never> {
  await take('where the tour ended');
  throw error;
}

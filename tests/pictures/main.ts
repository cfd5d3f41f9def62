// npm run pictures [-- --only admin|users] [--language de] [--look light-1280]: a picture of every page in each look, into .local/pictures.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BrowserContextOptions } from 'playwright-core';
import { tourOfAdmin } from '../support/admin-tour.js';
import { launchChromium } from '../support/chromium.js';
import { demoPlace } from '../support/demo-place.js';
import { type Look, tourOfConsent, tourOfTheRest } from '../support/page-tour.js';
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
const ids = { assistantId: confirm.assistantId, profileId: confirm.profile };
rmSync(folder, { recursive: true, force: true });
try {
  for (const { name, ...look } of looks) if ((values.look ?? name) === name) await picturesOf(name, look);
} finally {
  await chromium.close();
  await system.stop();
  await Promise.all([confirm, code].map(({ provider }) => provider.stop()));
  await stopServices();
}

async function picturesOf(name: string, look: BrowserContextOptions): Promise<void> {
  const context = await chromium.newContext({ ...look, locale: values.language, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  const take: Look = async (shown) => {
    const path = join(place, `${shown.replace(/[^a-z]+/g, '-')}.png`);

    await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  };
  const tour = {
    system,
    page,
    places: { confirm, code },
    language: values.language === 'de' ? ('de' as const) : ('en' as const),
  };
  try {
    if (values.only !== 'admin') for (const users of [tourOfConsent, tourOfTheRest]) await users(tour, take);
    if (values.only !== 'users') await tourOfAdmin({ system, page, ...ids }, take);
  } catch (error) {
    await take('where the tour ended');
    throw error;
  }
  await context.close();
  console.log(`${name}: ${place}`);
}

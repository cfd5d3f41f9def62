import axe from 'axe-core';
import type { Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const run = `axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(rules)} }).then(({ violations }) =>
  violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => id + ' (' + help + '): ' + html.slice(0, 160))))`;

/** What axe-core finds against WCAG 2.2 AA and its own good practice on the page as it is shown, in words. */
export async function violationsOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  return page.evaluate<string[]>(run);
}

/** How pages are looked at: narrow and wide, light and dark. */
export const looks = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));

/** Each width and each scheme once. */
export const oppositeLooks = looks.filter(({ width, colorScheme }) => (width === 390) === (colorScheme === 'dark'));

/** What axe-core finds in any of these looks, each finding named by its look. */
export async function violationsInAllLooks(page: Page, among: readonly (typeof looks)[number][] = looks): Promise<string[]> {
  const found: string[] = [];
  for (const { width, colorScheme } of among) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    found.push(...(await violationsOf(page)).map((violation) => `${width} px, ${colorScheme}: ${violation}`));
  }
  return found;
}

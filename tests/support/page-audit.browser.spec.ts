import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { faultsOf, tabOrderOf } from './page-audit.js';

describe('the audit of a page', () => {
  let chromium: Browser;
  let page: Page;

  beforeAll(async () => {
    chromium = await launchChromium();
    page = await chromium.newPage({ viewport: { width: 320, height: 640 } });
  });
  afterAll(() => chromium?.close());

  const good = `<!doctype html><html lang="en"><head><title>Good</title><style>button, input { min-height: 3rem }</style></head>
<body><h1>One</h1><p>Two</p><label for="three">Three</label><input id="three"><button>Four</button></body></html>`;
  const faultsWith = async (text: string, instead: string) => {
    expect(good).toContain(text);
    await page.setContent(good.replace(text, instead));
    return faultsOf(page);
  };

  it('finds nothing on a good page', async () => {
    expect(await faultsWith('Two', 'Two')).toEqual([]);
  });

  it.each([
    ['no language', ' lang="en"', ''],
    ['no title', '<title>Good</title>', ''],
    ['2 headings of the first rank', '<p>Two</p>', '<h1>Two</h1>'],
    ['scrolls sideways: 400 of 320', '<p>Two</p>', '<p style="position: absolute; left: 0; margin: 0; width: 400px">Two</p>'],
    ['no name: <input id="three">', ' for="three"', ''],
    ['no name: <button></button>', '>Four<', '><'],
    ['lower than 44 px: Four', '<button>', '<button style="min-height: 0">'],
    ['contrast 3.54: Two', '<p>Two</p>', '<p style="color: #888">Two</p>'],
    ['contrast 1.00: Two', '<p>Two</p>', '<div style="background: #000"><p style="color: #000">Two</p></div>'],
  ])('finds: %s', async (fault, text, instead) => {
    expect(await faultsWith(text, instead)).toEqual([fault]);
  });

  it('tells a focus that cannot be seen from one that can', async () => {
    await page.setContent(good.replace('<button>', '<button style="outline: none">'));
    expect(await tabOrderOf(page)).toEqual([
      { name: 'Three', visible: false },
      { name: 'Four', visible: false },
    ]);
    await page.setContent(good.replace('</style>', ':focus-visible { outline: 3px solid blue }</style>'));
    expect((await tabOrderOf(page)).map(({ visible }) => visible)).toEqual([true, true]);
  });
});

import type { Page } from 'playwright-core';

/** What a phone, a keyboard or weak eyes would stumble over, in words; empty on a good page. Runs in the page, so it is text. */
const audit = `(() => {
  const faults = [];
  const root = document.documentElement;
  if (!root.lang) faults.push('no language');
  if (!document.title) faults.push('no title');
  const headings = document.querySelectorAll('h1').length;
  if (headings !== 1) faults.push(headings + ' headings of the first rank');
  if (root.scrollWidth > window.innerWidth) faults.push('scrolls sideways: ' + root.scrollWidth + ' of ' + window.innerWidth);
  const seen = (element) => element.getClientRects().length > 0;
  for (const control of document.querySelectorAll('button, .button, input:not([type=hidden])')) {
    const name = control.tagName === 'INPUT' ? [...control.labels].map((label) => label.textContent).join(' ') : control.textContent;
    if (!name.trim()) faults.push('no name: ' + control.outerHTML.slice(0, 80));
    if (seen(control) && control.getBoundingClientRect().height < 44) faults.push('lower than 44 px: ' + name.trim());
  }
  const channels = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [red, green, blue, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [red, green, blue];
      if (alpha > 0) faults.push('half transparent ground: ' + at.tagName);
    }
    return [255, 255, 255];
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  let texts = 0;
  for (const element of document.body.querySelectorAll('*')) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!speaks || !seen(element)) continue;
    texts += 1;
    const [light, dark] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faults.push('contrast ' + contrast.toFixed(2) + ': ' + element.textContent.trim().slice(0, 40));
  }
  if (texts < 3) faults.push('hardly any text to look at');
  return faults;
})()`;

const focused = `(() => {
  const { activeElement: element } = document;
  if (!element || element === document.body) return null;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const visible = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\\)$/.test(outlineColor);
  return { name: (element.labels?.[0] ?? element).textContent.trim(), visible };
})()`;

/** The faults of the page as it is shown: language, headings, width, touch targets, names, contrast (WCAG 2.2 criteria 1.4.3, 1.4.10 and 2.5.5). */
export function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(audit);
}

/** What has the focus from the start and what Tab reaches after it, in order, each with whether that can be seen. */
export async function tabOrderOf(page: Page, atMost = 12): Promise<{ name: string; visible: boolean }[]> {
  const order: { name: string; visible: boolean }[] = [];
  const read = () => page.evaluate<{ name: string; visible: boolean } | null>(focused);
  // A browser gives the focus that a page asks for some time after it has loaded.
  await page.waitForFunction("[null, document.activeElement].includes(document.querySelector('[autofocus]'))");
  const first = await read();
  if (first !== null) order.push(first);
  while (order.length < atMost) {
    await page.keyboard.press('Tab');
    const at = await read();
    if (at === null) break;
    order.push(at);
  }
  return order;
}

import type { Page } from 'playwright-core';

const focus = `(() => {
  const { activeElement: element } = document;
  if (!element || element === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const labelled = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const name = element.getAttribute('aria-label') ?? (labelled.trim() || (element.labels?.[0] ?? element).textContent);
  return {
    name: name.replace(/ \\*$/, '').trim(),
    id: element.id,
    inDialog: element.closest('[role=dialog]') !== null,
    visible: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
  };
})()`;

export interface Focus {
  name: string;
  id: string;
  inDialog: boolean;
  visible: boolean;
}

/** Somebody who has no mouse. */
export class Keyboard {
  /** What had the focus without one seeing it. */
  readonly unseen = new Set<string>();

  constructor(private readonly page: Page) {}

  focused(): Promise<Focus | null> {
    return this.page.evaluate<Focus | null>(focus);
  }

  async press(key: string): Promise<Focus | null> {
    await this.page.keyboard.press(key);
    const at = await this.focused();
    if (at !== null && !at.visible) this.unseen.add(at.name || at.id);
    return at;
  }

  /** Goes on by Tab to the control with this name, wherever it is from here on. */
  async tabTo(name: string, atMost = 80): Promise<void> {
    const passed: string[] = [];
    for (let pressed = 0; pressed < atMost; pressed += 1) {
      const at = await this.press('Tab');
      if (at?.name === name) return;
      passed.push(at?.name ?? '(none)');
    }
    throw new Error(`Tab does not lead to "${name}" on ${this.page.url()}, but to: ${[...new Set(passed)].join(' | ')}`);
  }

  async activate(name: string): Promise<void> {
    await this.tabTo(name);
    await this.page.keyboard.press('Enter');
  }

  async fill(label: string, text: string): Promise<void> {
    await this.tabTo(label);
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(text);
  }

  /** Whatever Tab reaches in a number of presses: within a dialog it must not lead out. */
  async around(presses: number): Promise<(Focus | null)[]> {
    const reached: (Focus | null)[] = [];
    for (let pressed = 0; pressed < presses; pressed += 1) reached.push(await this.press('Tab'));
    return reached;
  }
}

import { randomUUID } from 'node:crypto';
import type { Role } from '@grantkeeper/contracts/operators/http';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import { mayDo } from '@grantkeeper/core/operators/roles';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { actionsOfTheAdmin, readPermissionOf } from './support/admin-actions.js';
import { AdminTab } from './support/admin-tab.js';
import { launchChromium } from './support/chromium.js';
import { type Furnished, furnish } from './support/furnished-admin.js';
import { pressableOn } from './support/pressable.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const roles: readonly Role[] = ['viewer', 'author', 'operator', 'admin'];

describe('what each role can press', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let furnished: Furnished;
  const tabs = {} as Record<Role, AdminTab>;
  /** By page, named by its address and, where it has several, its tab. */
  const pressable = {} as Record<Role, Map<string, Set<string>>>;

  beforeAll(async () => {
    [provider, system, chromium] = await Promise.all([
      startScriptedProvider({ mode: 'strict' }),
      startSystem(),
      launchChromium(),
    ]);
    furnished = await furnish(system, provider);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const everythingOf = async (tab: AdminTab) => {
    await tab.visit('/assistants');
    const found = new Map<string, Set<string>>();
    for (const address of (await tab.addresses(furnished.examples)).filter((one) => one !== '/sign-in')) {
      await tab.visit(address);
      found.set(address, await pressableOn(tab));
      await tab.eachFurtherTab(async (name) => {
        found.set(`${address} ${name}`, await pressableOn(tab));
      });
    }
    return found;
  };
  const seenBy = (role: Role, { at, name }: { at: RegExp; name: RegExp }): string[] =>
    [...pressable[role]].filter(([page]) => at.test(page)).flatMap(([, names]) => [...names].filter((one) => name.test(one)));

  it.each(roles)('is collected on every page: %s', async (role) => {
    const person = { email: `${role}-only@example.com`, password: `the pass phrase of ${randomUUID()}` };
    expect((await system.asOperator('POST', '/v1/operators', { ...person, role })).status).toBe(201);
    tabs[role] = await AdminTab.open(chromium, system, { reducedMotion: 'reduce' });
    await tabs[role].signIn(person);
    pressable[role] = await everythingOf(tabs[role]);
    expect(tabs[role].dialogs).toEqual([]);
  });

  it.each(roles)('is what the role allows, and nothing else: %s', (role) => {
    const wrong = actionsOfTheAdmin.flatMap((action) => {
      const seen = seenBy(role, action);
      if (mayDo(role, action.permission) === seen.length > 0) return [];
      return [`${action.name.source} at ${action.at.source} (${action.permission}): ${seen.join(', ') || 'missing'}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each(roles)('is refused by the API too where it is not shown: %s', async (role) => {
    const answers: Record<string, number> = {};
    const refused = actionsOfTheAdmin.filter(({ permission }) => !mayDo(role, permission));
    for (const { call } of refused) {
      const { method, path, data } = call(furnished);
      const answer = await tabs[role].page.request.fetch(system.publicUrl + path, {
        method,
        data,
        headers: { origin: system.publicUrl, 'if-match': '"1"' },
      });
      answers[`${method} ${path}`] = answer.status();
    }
    expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, 403])));
  });

  it('is told of every button: one that an admin sees and a viewer does not is among the actions above', () => {
    const isHiddenFrom = (page: string): boolean => {
      const permission: Permission | null = readPermissionOf(page);
      return permission !== null && !mayDo('viewer', permission);
    };
    const unknown = [...pressable.admin].flatMap(([page, names]) => {
      const byViewer = pressable.viewer.get(page) ?? new Set();
      const actions = actionsOfTheAdmin.filter(({ at }) => at.test(page));
      const others = [...names].filter((name) => !byViewer.has(name) && !actions.some((action) => action.name.test(name)));
      return isHiddenFrom(page) ? [] : others.map((name) => `${page}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });
});

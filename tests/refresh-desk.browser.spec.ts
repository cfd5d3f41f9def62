import { randomUUID } from 'node:crypto';
import type { Sql } from '@grantkeeper/platform/database/pool';
import { noteFailedJob } from '@grantkeeper/platform/queues/failed-jobs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openAdmin } from './support/admin-page.js';
import { launchChromium } from './support/chromium.js';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { PageWatch } from './support/page-watch.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the desks of an operator, in Chromium', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let page: Page;
  let watch: PageWatch;
  let grants: GivenGrant[];

  beforeAll(async () => {
    [provider, system, chromium] = await Promise.all([
      startScriptedProvider({ mode: 'strict' }),
      startSystem(),
      launchChromium(),
    ]);
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey(profile.assistantId);
    const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    grants = await Promise.all(users.map((user) => system.givenGrant(provider, { profile, key, user })));
    page = await openAdmin(system, chromium);
    watch = new PageWatch(page);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const profileId = (): string => grants[0]?.profile.id ?? '';
  const go = (name: string) => page.getByRole('navigation').first().getByRole('link', { name, exact: true }).click();
  const due = () =>
    system.db.query('UPDATE "grant" SET due_at = now(), queued_until = NULL WHERE profile_id = $1', [profileId()]);
  const section = (name: string) => page.getByRole('region', { name });

  it('shows a provider that goes down as an open breaker, and as well again when it is back; no grant is lost', async () => {
    await go('Refresh desk');
    await page.getByRole('heading', { level: 1, name: 'Refresh desk' }).waitFor();
    await provider.goDown();
    await due();
    const gate = section('Breakers and limits')
      .getByRole('row')
      .filter({ hasText: `127.0.0.1:${provider.port}` });
    await gate.getByText('Open: provider down').waitFor();
    await gate.getByText('at 1 of 1 workers').waitFor();
    await section('Providers in the last hour').getByText('connect', { exact: true }).waitFor();

    await provider.comeUp();
    await gate.getByText('Closed: provider well').waitFor({ timeout: 40_000 });
    await eventually(
      async () => {
        const { rows } = await system.db.query(
          `SELECT status, version, count(*)::int AS count FROM "grant" WHERE profile_id = $1 GROUP BY 1, 2`,
          [profileId()],
        );
        expect(rows).toEqual([{ status: 'active', version: 2, count: 12 }]);
      },
      { withinMs: 40_000 },
    );
  });

  it('tells a parked profile, and resumes it when it is asked to', async () => {
    provider.answerNextToken({ status: 401, body: { error: 'invalid_client' } }, 1);
    await system.db.query('UPDATE "grant" SET due_at = now(), queued_until = NULL WHERE id = $1', [grants[0]?.ready.grantId]);
    const parked = section('Parked profiles');
    await parked.getByText('invalid_client').waitFor();
    await parked.getByRole('button', { name: /^Resume/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await parked.getByText('No profile is parked.').waitFor();
  });

  it('pauses a queue after a word of what comes of it: due refreshes wait, and go on when it is resumed', async () => {
    await go('Queues');
    await page.getByRole('button', { name: 'Pause: refresh-due' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pause the queue “refresh-due”?' });
    await dialog.getByText('Tokens are refreshed only when a bot asks for them').waitFor();
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('row').filter({ hasText: 'refresh-due' }).getByText('Paused').waitFor();

    const before = provider.tokenRequests({ grantType: 'refresh_token' }).length;
    await due();
    const urged = await system.asOperator('POST', `/v1/grants/${grants[1]?.ready.grantId}/refresh`);
    expect(urged.status).toBe(202); // what somebody waits for goes another way
    await eventually(async () => {
      const { rows } = await system.db.query(`SELECT count(*)::int AS late FROM "grant" WHERE due_at < now() - interval '3 s'`);
      expect(rows).toEqual([{ late: 11 }]);
    });
    expect(provider.tokenRequests({ grantType: 'refresh_token' }).length - before).toBeLessThanOrEqual(1);

    await page.getByRole('button', { name: 'Resume: refresh-due' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await eventually(
      async () => {
        const { rows } = await system.db.query('SELECT count(*)::int AS late FROM "grant" WHERE due_at < now()');
        expect(rows).toEqual([{ late: 0 }]);
      },
      { withinMs: 30_000 },
    );
  });

  it('lists a failed job with what it was about, and has it tried again', async () => {
    const grantId = randomUUID();
    const job = { name: 'grants.refresh', payload: { grantId, version: 1 }, reason: 'TypeError', correlationId: 'spec' } as const;
    await noteFailedJob(system.db as unknown as Sql, job);
    await section('Failed jobs').getByText(grantId).waitFor();
    await page.getByRole('button', { name: 'Retry: grants.refresh' }).click();
    await page.getByText('One job is queued again.').waitFor();
    await section('Failed jobs').getByText('No job has failed').waitFor(); // nothing is due of it any more: done
  });

  it('tells versions, keys and settings without a secret', async () => {
    await go('System');
    await section('Versions').getByText('PostgreSQL').waitFor();
    await section('Workers').getByText('Alive').waitFor();
    await section('Projections').getByText('refresh_activity').waitFor();
    await section('Settings').getByRole('row').filter({ hasText: 'KEY_RING' }).getByText('set, not shown').waitFor();
    expect(await page.content()).not.toContain(system.keyRing.split(':')[1]);
    expect(watch.complaints).toEqual([]);
  });
});

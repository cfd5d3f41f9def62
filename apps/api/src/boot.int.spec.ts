import { createPool } from '@grantkeeper/platform/database/pool';
import { verifyAudit } from '@grantkeeper/platform/operators/audit.store';
import { freshDatabase } from '@grantkeeper/tests/support/database';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { environment, newProfile, RunningApi } from '../test-fixtures/running-api.js';
import { createApplication } from './application.js';
import { ApiConfig } from './config.js';

const boot = (databaseUrl: string, more: Record<string, string> = {}) =>
  createApplication(ApiConfig.read(environment(databaseUrl, more)));

describe('the first start', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('makes one admin, also when four processes start at once, and prints the password it made once', async () => {
    const printed: string[] = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => printed.push(String(line)) > 0);
    const database = await freshDatabase();
    const apps = await Promise.all(
      Array.from({ length: 4 }, () =>
        boot(database.url, { FIRST_OPERATOR_PASSWORD: '', FIRST_OPERATOR_EMAIL: 'Root@Example.com' }),
      ),
    );
    const lines = printed.filter((line) => line.includes('first operator')).map((line) => JSON.parse(line));
    expect(lines).toEqual([{ msg: 'first operator', email: 'root@example.com', password: expect.stringMatching(/^[\w-]{24}$/) }]);

    const body = { email: 'root@example.com', password: lines[0].password };
    expect((await apps[0]?.inject({ method: 'POST', url: '/v1/session', payload: body }))?.statusCode).toBe(200);
    const db = createPool(database.url, 1);
    expect((await db.query('SELECT email, role FROM operator')).rows).toEqual([{ email: 'root@example.com', role: 'admin' }]);
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
    await db.end();

    const again = await boot(database.url, { FIRST_OPERATOR_PASSWORD: '' });
    expect(printed.filter((line) => line.includes('first operator'))).toHaveLength(1);
    await Promise.all([...apps, again].map((app) => app.close()));
    await database.drop();
  });
});

describe('a start is refused', () => {
  it('while a migration is pending', async () => {
    const database = await freshDatabase();
    const db = createPool(database.url, 1);
    await db.query('DELETE FROM migration');
    await db.end();
    await expect(boot(database.url)).rejects.toThrow('lacks a migration');
    await database.drop();
  });

  it('with another PUBLIC_URL once profiles exist, unless just that one is confirmed', async () => {
    const api = await RunningApi.start();
    const start = async (more: Record<string, string>) => (await boot(api.database.url, more)).close();
    await start({ PUBLIC_URL: 'https://two.example.com' });
    await start({ PUBLIC_URL: 'http://localhost:4000' });
    await api.call('POST', `/v1/assistants/${await api.givenAssistant()}/profiles`, { body: newProfile() });
    await expect(start({ PUBLIC_URL: 'https://two.example.com' })).rejects.toThrow('PUBLIC_URL was http://localhost:4000');
    await expect(
      start({ PUBLIC_URL: 'https://two.example.com', CONFIRM_PUBLIC_URL: 'https://three.example.com' }),
    ).rejects.toThrow('CONFIRM_PUBLIC_URL');
    await start({ PUBLIC_URL: 'https://two.example.com', CONFIRM_PUBLIC_URL: 'https://two.example.com' });
    await start({ PUBLIC_URL: 'https://two.example.com' });
    await api.stop();
  });
});

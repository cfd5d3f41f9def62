import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

describe('the audit log', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  const verification = async () => (await api.call('GET', '/v1/audit/verification')).body;

  it('names who did what to which object, newest first, and holds no secret', async () => {
    const assistantId = await api.givenAssistant();
    const profile = await api.givenProfile(assistantId);
    const { key } = await api.givenKey(assistantId);
    const { operatorId } = (await api.call('GET', '/v1/session')).body;
    const { body, text } = await api.call('GET', `/v1/audit?subject=profile:${profile.id}`);
    expect(body.items).toMatchObject([{ actor: `operator:${operatorId}`, action: 'profiles.create', assistantId }]);
    const all = await api.call('GET', '/v1/audit?limit=200');
    const seqs = all.body.items.map(({ seq }: { seq: number }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
    expect(`${text}${all.text}`).not.toMatch(new RegExp(`canary-client-secret|correct horse|${key}`));
  });

  it('holds when somebody signed in and out', async () => {
    const { id, email, password } = await api.givenOperator('viewer');
    const cookie = await api.signIn(email, password);
    await api.call('DELETE', '/v1/session', { headers: { cookie, origin: publicUrl }, token: null });
    const { body } = await api.call('GET', `/v1/audit?subject=operator:${id}&limit=2`);
    expect(body.items).toMatchObject([
      { action: 'operators.sign-out', actor: `operator:${id}` },
      { action: 'operators.sign-in' },
    ]);
  });

  it('pages through to its first entry, each entry once', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.call('GET', `/v1/audit?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...body.items.map(({ seq }: { seq: number }) => seq));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: seen[0] as number }, (_, index) => (seen[0] as number) - index));
  });

  it('is one unbroken chain also when many act at once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `at once ${index}`);
    const made = await Promise.all(names.map((name) => api.call('POST', '/v1/assistants', { body: { name } })));
    expect(made.map(({ status }) => status)).toEqual(names.map(() => 201));
    expect(await verification()).toMatchObject({ intact: true, brokenAt: null });
  });

  it.each([
    ['an edited entry', `UPDATE audit SET detail = detail || '{"name":"other"}' WHERE seq = 3`, 3],
    ['another actor', `UPDATE audit SET actor = 'operator:somebody' WHERE seq = 4`, 4],
    ['a removed entry', 'DELETE FROM audit WHERE seq = 5', 6],
  ])('shows %s', async (_name, tampering, brokenAt) => {
    await api.db.query('CREATE TABLE audit_kept AS TABLE audit');
    await api.db.query(tampering);
    expect(await verification()).toMatchObject({ intact: false, brokenAt });
    await api.db.query('TRUNCATE audit');
    await api.db.query('INSERT INTO audit SELECT * FROM audit_kept');
    await api.db.query('DROP TABLE audit_kept');
    expect(await verification()).toMatchObject({ intact: true });
  });
});

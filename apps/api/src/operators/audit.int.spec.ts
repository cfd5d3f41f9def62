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

  it('tells before and after of a change, by name, secrets masked', async () => {
    const assistantId = await api.givenAssistant('audited assistant');
    const { id } = await api.givenProfile(assistantId, { scope: [{ value: 'read' }] });
    const patch = { name: 'audited profile', scope: [{ value: 'write' }], clientSecret: 'canary-new-secret' };
    await api.call('PATCH', `/v1/profiles/${id}`, { body: patch, headers: { 'if-match': '"1"' } });
    await api.call('POST', `/v1/profiles/${id}/disable`);
    const { body, text } = await api.call('GET', `/v1/audit?subject=profile:${id}`);
    expect(body.items).toMatchObject([
      { action: 'profiles.disable', detail: { before: { status: 'active' }, after: { status: 'disabled' } } },
      {
        action: 'profiles.revise',
        actorName: 'admin@localhost',
        subjectName: 'audited profile',
        detail: {
          before: { scope: [{ value: 'read' }], clientSecret: '•••' },
          after: { name: 'audited profile', scope: [{ value: 'write' }], clientSecret: '••• (new)' },
        },
      },
      { action: 'profiles.create' },
    ]);
    expect(text).not.toMatch(/canary/);

    const operator = await api.givenOperator('viewer');
    const change = { role: 'author', password: 'canary long pass phrase' };
    await api.call('PATCH', `/v1/operators/${operator.id}`, { body: change, headers: { 'if-match': '"1"' } });
    const changed = await api.call('GET', `/v1/audit?subject=operator:${operator.id}&action=operators.change`);
    expect(changed.body.items).toMatchObject([
      {
        subjectName: operator.email,
        detail: { before: { role: 'viewer', password: '•••' }, after: { role: 'author', password: '••• (new)' } },
      },
    ]);
    expect(changed.text).not.toMatch(/canary/);

    await api.call('PATCH', `/v1/assistants/${assistantId}`, { body: { name: 'renamed one' }, headers: { 'if-match': '"1"' } });
    const renamed = await api.call('GET', `/v1/audit?assistantId=${assistantId}&action=assistants.rename`);
    expect(renamed.body.items[0].detail).toEqual({ before: { name: 'audited assistant' }, after: { name: 'renamed one' } });
  });

  it('is filtered by who, what, assistant and time', async () => {
    const other = await api.givenOperator('admin');
    const made = await api.call('POST', '/v1/assistants', { body: { name: 'filtered' }, token: other.token });
    const found = async (query: string) => (await api.call('GET', `/v1/audit?${query}`)).body.items;
    expect(await found(`actor=operator:${other.id}&action=assistants`)).toMatchObject([
      { action: 'assistants.create', subject: `assistant:${made.body.id}` },
    ]);
    expect(await found(`action=assistant`)).toEqual([]);
    expect(await found(`action=%25`)).toEqual([]);
    expect(await found(`assistantId=${made.body.id}`)).toHaveLength(1);
    const at = (await found(`assistantId=${made.body.id}`))[0].at;
    expect(await found(`assistantId=${made.body.id}&from=${at}`)).toHaveLength(1);
    expect(await found(`assistantId=${made.body.id}&to=${at}`)).toEqual([]);
    expect((await api.call('GET', '/v1/audit?from=yesterday')).status).toBe(422);
  });

  it('is exported whole, as CSV and as lines of JSON', async () => {
    await api.db.query('CREATE TABLE audit_before AS TABLE audit');
    await api.db.query(
      `INSERT INTO audit SELECT 20000 + n, now(), 'worker', 'many.made', 'x', NULL, $1, '', '' FROM generate_series(1, 1200) n`,
      [{ said: '=1+1, "so"' }],
    );
    const lines = await api.call('GET', '/v1/audit.jsonl?action=many');
    const entries = lines.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries).toHaveLength(1200);
    expect(entries[0]).toMatchObject({ seq: 21200, actor: 'worker', detail: { said: '=1+1, "so"' } });
    const csv = await api.call('GET', '/v1/audit.csv?actor=worker');
    expect(csv.headers).toMatchObject({ 'content-disposition': 'attachment; filename="audit.csv"' });
    expect(csv.text.split('\r\n')).toHaveLength(1202);
    expect(csv.text.split('\r\n', 1)[0]).toBe('seq,at,actor,actorName,action,subject,subjectName,assistantId,detail,hash');
    await api.db.query('TRUNCATE audit');
    await api.db.query('INSERT INTO audit SELECT * FROM audit_before');
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

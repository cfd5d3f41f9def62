import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
let assistantId: string;
let author: { id: string; token: string };
let second: { id: string; token: string };
beforeAll(async () => {
  api = await RunningApi.start();
  assistantId = await api.givenAssistant();
  [author, second] = [await api.givenOperator('admin'), await api.givenOperator('admin')];
});
afterAll(() => api.stop());

const evil = 'https://elsewhere.example.com';
const revise = (id: string, revision: number, body: object, token?: string) =>
  api.call('PATCH', `/v1/profiles/${id}`, { body, headers: { 'if-match': `"${revision}"` }, token });
const approve = (id: string, revision: number | null, token?: string) =>
  api.call('POST', `/v1/profiles/${id}/approve-origins`, {
    headers: revision === null ? {} : { 'if-match': `"${revision}"` },
    token,
  });

/** A profile whose second revision adds an origin. */
async function repointed(): Promise<string> {
  const { id } = await api.givenProfile(assistantId);
  await revise(id, 1, { tokenUrl: `${evil}/token`, clientSecret: 'own' }, author.token);
  return id;
}

describe('the approval of origins', () => {
  it('is another admin’s: whoever brought them in is refused, whatever was revised since', async () => {
    const id = await repointed();
    const own = { status: 403, body: { code: 'profiles.own-revision' } };
    expect(await approve(id, 2, author.token)).toMatchObject(own);
    await revise(id, 2, { description: 'harmless' }, second.token);
    expect(await approve(id, 3, author.token)).toMatchObject(own);
    expect(await approve(id, 3, second.token)).toMatchObject({ status: 202, body: { revision: 3, origins: [evil], grants: 0 } });
  });

  it('is of the revision that the admin has read', async () => {
    const id = await repointed();
    expect(await approve(id, null)).toMatchObject({ status: 428, body: { code: 'http.if-match-required' } });
    expect(await approve(id, 1)).toMatchObject({ status: 412, body: { code: 'http.stale-revision' } });
    expect((await approve(id, 2)).status).toBe(202);
  });

  it('is in the audit log, with who brought the origins in', async () => {
    const id = await repointed();
    await approve(id, 2, second.token);
    const { body } = await api.call('GET', '/v1/audit');
    const entry = body.items.find(
      ({ subject, action }: Record<string, string>) => subject === `profile:${id}` && action === 'profiles.approve-origins',
    );
    expect(entry).toMatchObject({
      actor: `operator:${second.id}`,
      detail: { revision: 2, origins: [evil], authors: [`operator:${author.id}`] },
    });
  });

  it('ends with the next revision of the origins', async () => {
    const id = await repointed();
    const underWay = async () =>
      (await api.db.query('SELECT rebind_queued_at IS NOT NULL AS yes FROM profile WHERE id = $1', [id])).rows[0].yes;
    await api.db.query('UPDATE profile SET rebind_queued_at = now() WHERE id = $1', [id]);
    await revise(id, 2, { description: 'the same places' });
    expect(await underWay()).toBe(true);
    await revise(id, 3, { refreshUrl: 'https://third.example.com/refresh' });
    expect(await underWay()).toBe(false);
  });

  it('is none of a profile that is being deleted, or that is not there', async () => {
    const id = await repointed();
    await api.call('DELETE', `/v1/profiles/${id}`);
    expect(await approve(id, 3)).toMatchObject({ status: 409, body: { code: 'profiles.wrong-status' } });
    expect((await approve('00000000-0000-4000-8000-000000000000', 1)).status).toBe(404);
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { searchFiles, searchRedis, searchTables } from './support/hiding-places.js';
import { type RecordedAnswer, RecordedTraffic } from './support/recorded-traffic.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { SecretSearch } from './support/secret-search.js';
import { type System, startSystem } from './support/system.js';
import { WholeLife } from './support/whole-life.js';

const canary = `canary-${randomBytes(12).toString('hex')}`;
const idTokenCanary = `id-token-${randomBytes(12).toString('hex')}`;
const planted = `planted-${randomBytes(24).toString('hex')}`;
const postgresFolder = () => process.env.GK_TEST_PG_DATA ?? '';

let system: System;
let provider: ScriptedProvider;
let traffic: RecordedTraffic;
let search: SecretSearch;

beforeAll(async () => {
  traffic = new RecordedTraffic();
  provider = await startScriptedProvider({ mode: 'strict', canary });
  provider.idTokenClaims.canary = idTokenCanary;
  system = await startSystem({ redis: process.env.GK_TEST_REDIS_URL === undefined ? false : 'own' });
  await system.redis?.client.config('SET', 'rdbcompression', 'no');
  const life = new WholeLife(system, provider);
  await life.live();
  const cookies = life.consents.flatMap(({ browser }) => Object.values(browser.cookies.valuesFor(system.publicUrl)));
  search = new SecretSearch({
    'client secret, code or token': [canary],
    'ID token': [idTokenCanary],
    'PKCE verifier': life.verifiers,
    state: life.states,
    'runtime key': life.keys,
    'operator’s password': [system.operator.password],
    'operator’s API token': [system.operator.token],
    'returned verifier': [life.returnedVerifier],
    'secret that a user typed': life.typed,
    'browser’s cookie': cookies,
    'secret where it does not belong': life.refused,
  });
}, 180_000);
afterAll(async () => {
  traffic.stop();
  await system.stop();
  await provider.stop();
}, 180_000);

/** What an answer is there to give: the token to the runtime, a key to its maker, the state to the provider. All else is searched. */
function withoutGifts({ method, url, status, headers, body }: RecordedAnswer): { headers: string; body: string } {
  const call = `${method} ${url.pathname.replace(/[0-9a-f-]{36}/g, ':id').replace(/^\/sign-in\/.*/, '/sign-in/:handle')}`;
  const kept = headers.filter(([name, value]) => {
    if (name === 'set-cookie') return false;
    return !(call === 'POST /sign-in/:handle' && name === 'location' && value.startsWith(`${provider.authorizationUrl}?`));
  });
  const gift: Record<string, string> = {
    'POST /v1/assistants/:id/runtime-keys': 'key',
    'POST /v1/operators/me/api-tokens': 'token',
    'POST /v1/token': 'accessToken',
  };
  const name = gift[call];
  if (name === undefined || status >= 300) return { headers: JSON.stringify(kept), body };
  const { [name]: given, ...rest } = JSON.parse(body) as Record<string, unknown>;
  if (call === 'POST /v1/token' && given !== undefined) {
    const request = rest.request as { headers: Record<string, string> };
    expect(request.headers.Authorization).toBe(`Bearer ${given}`);
    delete request.headers.Authorization;
  }
  return { headers: JSON.stringify(kept), body: JSON.stringify(rest) };
}

describe('after consents, refreshes, failures, sign-outs and a crash, no secret stands', () => {
  it('in a line of any process', () => {
    expect(system.logs.length).toBeGreaterThan(100);
    expect(system.logs.flatMap(({ process, text }) => search.in(`log of ${process}`, text))).toEqual([]);
  });

  it('in a page, header or answer beyond what it is there to give', () => {
    const ours = traffic.answers.filter(({ url }) => url.origin === system.publicUrl);
    expect(ours.length).toBeGreaterThan(100);
    const found = ours.flatMap((answer) => {
      const { headers, body } = withoutGifts(answer);
      const place = `${answer.method} ${answer.url.pathname} ${answer.status}`;
      return [...search.in(`headers of ${place}`, headers), ...search.in(`body of ${place}`, body)];
    });
    expect(found).toEqual([]);
  });

  it('in a row of any table: state, events, jobs, audit or a queue', async () => {
    const { tables, found } = await searchTables(system.db, search);
    expect(tables.length).toBeGreaterThan(15);
    expect(found).toEqual([]);
  });

  it('in a file of PostgreSQL, its log of changes included', async () => {
    await system.db.query('CHECKPOINT');
    const { files, found } = await searchFiles(postgresFolder(), search);
    expect(files).toBeGreaterThan(500);
    expect(found).toEqual([]);
  });

  it('in the queue: no key of Redis and none of its files, or no table of the queue in PostgreSQL', async () => {
    const { redis } = system;
    if (!redis?.dataDir) return expectCleanQueueTables();
    const { keys, found } = await searchRedis(redis.client, search);
    expect(keys).toBeGreaterThan(0);
    await redis.client.save();
    const stored = await searchFiles(redis.dataDir, search);
    expect(stored.files).toBeGreaterThan(2);
    expect([...found, ...stored.found]).toEqual([]);
  });
});

async function expectCleanQueueTables(): Promise<void> {
  const { tables, found } = await searchTables(system.db, search);
  expect(tables).toEqual(expect.arrayContaining([expect.stringMatching(/^bullmq\./)]));
  expect(found).toEqual([]);
}

describe('the search itself', () => {
  it('finds what is planted in a table: by its rows, in the files of the table and in the log of changes', async () => {
    const own = new SecretSearch({ planted: [planted] });
    await system.db.query('CREATE TABLE scratch (plain text, sealed bytea, encoded text)');
    await system.db.query('INSERT INTO scratch VALUES ($1, $2, $3)', [planted, Buffer.from(planted), btoa(`x${planted}`)]);
    await system.db.query('CHECKPOINT');
    const spellings = (await searchTables(system.db, own)).found.map(({ spelling, place }) => `${place}: ${spelling}`);
    expect(spellings).toEqual(
      expect.arrayContaining(['public.scratch: as it is', 'public.scratch: hex', 'public.scratch: base64+1']),
    );
    const places = (await searchFiles(postgresFolder(), own)).found.map(({ place }) => place);
    expect(places).toEqual(expect.arrayContaining([expect.stringContaining('base/'), expect.stringContaining('pg_wal/')]));
    await system.db.query('DROP TABLE scratch');
  });

  it('finds the secrets where they belong: at the provider and in the answers that give them', () => {
    const atProvider = search.in('requests', JSON.stringify(provider.requests)).map(({ secret }) => secret);
    expect(atProvider).toEqual(expect.arrayContaining(['client secret, code or token', 'PKCE verifier']));
    const answers = traffic.answers.filter(({ url }) => url.origin === system.publicUrl);
    const given = answers
      .flatMap(({ headers, body }) => search.in('answers', JSON.stringify(headers) + body))
      .map(({ secret }) => secret);
    expect(new Set(given)).toEqual(
      new Set(['client secret, code or token', 'state', 'runtime key', 'operator’s API token', 'browser’s cookie']),
    );
  });

  it('finds what is planted in the queue’s own store', async () => {
    const own = new SecretSearch({ planted: [planted] });
    const { redis, db } = system;
    if (!redis?.dataDir) {
      await db.query('CREATE TABLE bullmq.scratch AS SELECT $1::jsonb AS data', [JSON.stringify({ hidden: planted })]);
      expect((await searchTables(db, own)).found).toMatchObject([{ place: 'bullmq.scratch' }]);
      await db.query('DROP TABLE bullmq.scratch');
      return;
    }
    await redis.client.hset('scratch', 'field', Buffer.from(planted).toString('base64'));
    expect((await searchRedis(redis.client, own)).found).not.toEqual([]);
    expect((await searchFiles(redis.dataDir, own)).found).not.toEqual([]);
    await redis.client.del('scratch');
  });
});

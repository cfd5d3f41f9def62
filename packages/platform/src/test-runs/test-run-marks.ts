import { randomUUID } from 'node:crypto';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type pg from 'pg';
import type { PinnedRequest } from '../authorizations/authorization.store.js';
import type { TestRunName } from './test-run.store.js';

/** A run that this worker has, with the profile as it stands now. */
export interface MarkedTestRun extends TestRunName {
  attempt: string;
  /** The revision that is tested, and the one that the profile has now. */
  revision: number;
  currentRevision: number;
  definition: ProfileDefinition;
  clientSecret: Buffer | null;
  nextClientSecret: Buffer | null;
  /** As PostgreSQL writes it: what is promoted is the secret that was tried. */
  nextClientSecretSetAt: string | null;
  authorizationId: string;
  tenant: string;
  userId: string;
  inputs: Buffer | null;
  /** Of this installation, as its api has noted it. */
  publicUrl: string;
  correlationId: string;
}

/** A run whose code is about to be sent; it never is again. */
export interface MarkedTestExchange extends MarkedTestRun {
  pinned: PinnedRequest;
  code: Buffer;
  codeVerifier: Buffer | null;
}

const read = `t.id, t.assistant_id AS "assistantId", t.profile_id AS "profileId", t.attempt, t.revision, t.correlation_id AS "correlationId",
  p.revision AS "currentRevision", p.definition, p.client_secret AS "clientSecret",
  p.next_client_secret AS "nextClientSecret", p.next_client_secret_set_at::text AS "nextClientSecretSetAt",
  a.id AS "authorizationId", a.tenant, a.user_id AS "userId", a.inputs,
  coalesce((SELECT value FROM setting WHERE key = 'public_url'), '') AS "publicUrl"`;

/** Takes a run for its check; null where another worker has it or it is no longer wanted. There is no takeover. */
export async function markTestCheck(pool: pg.Pool, testRunId: string): Promise<MarkedTestRun | null> {
  const { rows } = await pool.query<MarkedTestRun>({
    name: 'mark-test-check',
    text: `UPDATE test_run t SET attempt = $2, sent_at = now() FROM profile p, "authorization" a
           WHERE t.id = $1 AND t.state = 'preflight' AND t.attempt IS NULL AND p.id = t.profile_id AND a.test_run_id = t.id RETURNING ${read}`,
    values: [testRunId, randomUUID()],
  });
  return rows[0] ?? null;
}

/** Takes a run's code for the one request that it may be in; null as above. */
export async function markTestExchange(pool: pg.Pool, testRunId: string): Promise<MarkedTestExchange | null> {
  const { rows } = await pool.query<MarkedTestExchange>({
    name: 'mark-test-exchange',
    text: `UPDATE test_run t SET attempt = $2, sent_at = now() FROM profile p, "authorization" a
           WHERE t.id = $1 AND t.state = 'exchanging' AND t.attempt IS NULL AND p.id = t.profile_id AND a.test_run_id = t.id AND a.code IS NOT NULL
           RETURNING ${read}, a.pinned, a.code, a.code_verifier AS "codeVerifier"`,
    values: [testRunId, randomUUID()],
  });
  return rows[0] ?? null;
}

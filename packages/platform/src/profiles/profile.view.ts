import type { ProfileRevisionView, ProfileStatus, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { additionalFieldsOf } from '@grantkeeper/core/profiles/additional-fields';
import { authorizationFieldsOf } from '@grantkeeper/core/profiles/authorization-fields';
import { tenancyOf } from '@grantkeeper/core/profiles/placeholder-rules';
import { grantedToOf, type ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Sql } from '../database/pool.js';
import type { ProfileRevisionRow } from './profile.rows.js';
import type { StoredProfile } from './profile.store.js';

export interface ProfileFilter {
  assistantId: string;
  /** Part of the name or of the provider's name, in any case. */
  search?: string;
  type?: 'oauth2';
  status?: ProfileStatus;
  afterName: string | null;
  limit: number;
}

const columns = `id, assistant_id AS "assistantId", name, status, revision, definition, client_secret_set_at AS "clientSecretSetAt",
  next_client_secret_set_at AS "nextClientSecretSetAt", fault_reason AS "faultReason", fault_since AS "faultSince", created_at AS "createdAt", updated_at AS "updatedAt"`;
type Readable = Omit<StoredProfile, 'clientSecret' | 'nextClientSecret'>;

/** Lists profiles by name, without their secrets. */
export async function listProfiles(sql: Sql, publicUrl: string, filter: ProfileFilter): Promise<ProfileView[]> {
  const { rows } = await sql.query<Readable>(
    `SELECT ${columns} FROM profile
     WHERE assistant_id = $1 AND ($2::text IS NULL OR name ILIKE $2 OR definition ->> 'identityProvider' ILIKE $2)
       AND ($3::text IS NULL OR definition ->> 'type' = $3) AND ($4::text IS NULL OR status = $4) AND ($5::text IS NULL OR name > $5)
     ORDER BY name LIMIT $6`,
    [filter.assistantId, containing(filter.search), filter.type ?? null, filter.status ?? null, filter.afterName, filter.limit],
  );
  return rows.map((row) => profileView(row, publicUrl));
}

/** One profile; while it is being deleted, with the number of grants and revocations that are still to go. */
export async function findProfileView(sql: Sql, publicUrl: string, id: string): Promise<ProfileView | null> {
  const { rows } = await sql.query<Readable & { grantsLeft: number | null }>(
    `SELECT ${columns}, CASE WHEN status = 'deleting' THEN
        (SELECT count(*) FROM "grant" g WHERE g.profile_id = p.id AND g.status <> 'ended')
        + (SELECT count(*) FROM revocation r WHERE r.profile_id = p.id AND r.state = 'pending') END AS "grantsLeft"
     FROM profile p WHERE id = $1`,
    [id],
  );
  const row = rows[0];
  return row ? { ...profileView(row, publicUrl), ...(row.grantsLeft === null ? {} : { grantsLeft: row.grantsLeft }) } : null;
}

/** The revisions of a profile, newest first. */
export async function listRevisions(
  sql: Sql,
  profileId: string,
  before: number | null,
  limit: number,
): Promise<ProfileRevisionView[]> {
  const { rows } = await sql.query<ProfileRevisionRow & { byEmail: string | null }>(
    `SELECT r.revision, r.action, r.name, r.definition, r.client_secret_set_at AS "clientSecretSetAt",
       r.next_client_secret_set_at AS "nextClientSecretSetAt", r.changed, r.by, r.at, o.email AS "byEmail"
     FROM profile_revision r LEFT JOIN operator o ON r.by = 'operator:' || o.id
     WHERE r.profile_id = $1 AND ($2::int IS NULL OR r.revision < $2) ORDER BY r.revision DESC LIMIT $3`,
    [profileId, before, limit],
  );
  return rows.map(
    ({ revision, action, name, definition, clientSecretSetAt, nextClientSecretSetAt, changed, by, byEmail, at }) => ({
      revision,
      at: at.toISOString(),
      by,
      byEmail,
      action,
      changed,
      definition: {
        name,
        ...described(definition),
        clientSecretSetAt: clientSecretSetAt?.toISOString() ?? null,
        nextClientSecretSetAt: nextClientSecretSetAt?.toISOString() ?? null,
      },
    }),
  );
}

/** A stored profile as it is shown: never with its secret. */
export function profileView(profile: Readable, publicUrl: string): ProfileView {
  const {
    id,
    assistantId,
    name,
    status,
    revision,
    definition,
    clientSecretSetAt,
    nextClientSecretSetAt,
    faultReason,
    faultSince,
    createdAt,
    updatedAt,
  } = profile;
  return {
    id,
    assistantId,
    name,
    status,
    revision,
    callbackUrl: `${publicUrl}/callback/${id}`,
    ...described(definition),
    clientSecretSetAt: clientSecretSetAt?.toISOString() ?? null,
    nextClientSecretSetAt: nextClientSecretSetAt?.toISOString() ?? null,
    fault: faultReason === null || faultSince === null ? null : { reason: faultReason, since: faultSince.toISOString() },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

type Described = Omit<Required<ProfileDefinition>, 'issParameterSupported'>;

/** In the form's order; jsonb keeps none. */
function described(definition: ProfileDefinition): Described {
  const {
    type,
    identityProvider,
    clientId,
    authorizationUrl,
    tokenUrl,
    refreshUrl,
    scope,
    description,
    identityCheck,
    advanced,
    issuer,
  } = definition;
  return {
    type,
    identityProvider,
    clientId,
    authorizationUrl,
    tokenUrl,
    refreshUrl,
    scope,
    description,
    tenancy: tenancyOf(definition),
    additionalFields: [...additionalFieldsOf(definition)],
    authorizationFields: [...authorizationFieldsOf(definition)],
    grantedTo: grantedToOf(definition),
    identityCheck,
    advanced,
    issuer,
  };
}

const containing = (search: string | undefined): string | null => (search ? `%${search.replace(/[\\%_]/g, '\\$&')}%` : null);

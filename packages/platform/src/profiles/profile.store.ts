import type { ProfileRevisionView, ProfileStatus } from '@grantkeeper/contracts/profiles/http';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { ProfileIdTaken, ProfileNameTaken, ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import type { EntityManager } from 'typeorm';
import { breaks } from '../database/constraints.js';
import type { Sql } from '../database/pool.js';
import { ProfileRevisionRow, ProfileRow } from './profile.rows.js';

/** A profile as it is stored, its secret sealed. */
export type StoredProfile = Readonly<ProfileRow>;

export interface NewStoredProfile {
  id: string;
  assistantId: string;
  name: string;
  definition: ProfileDefinition;
  /** The sealed secret, null where there is none. */
  clientSecret: Buffer | null;
  nextClientSecret: Buffer | null;
  /** Dotted names of the members that were given. */
  changed: string[];
}

export interface ProfileChange {
  action: ProfileRevisionView['action'];
  /** Dotted names of the members that differ. */
  changed: string[];
  name?: string;
  status?: ProfileStatus;
  definition?: ProfileDefinition;
  /** A newly sealed secret, null to clear it, undefined to leave it. */
  clientSecret?: Buffer | null;
  nextClientSecret?: Buffer | null;
}

/** Stores profiles. Every change writes the profile's row and a revision of it. */
export class ProfileStore {
  constructor(private readonly sql: Sql) {}

  /** Reads a profile as it stands now, without a lock; null where there is none. */
  async find(id: string): Promise<StoredProfile | null> {
    const { rows } = await this.sql.query<ProfileRow>({
      name: 'find-profile',
      text: `SELECT id, assistant_id AS "assistantId", name, status, revision, definition, client_secret AS "clientSecret",
               client_secret_set_at AS "clientSecretSetAt", next_client_secret AS "nextClientSecret",
               next_client_secret_set_at AS "nextClientSecretSetAt", fault_reason AS "faultReason", fault_since AS "faultSince",
               created_at AS "createdAt", updated_at AS "updatedAt"
             FROM profile WHERE id = $1`,
      values: [id],
    });
    return rows[0] ?? null;
  }

  /** The definition that a revision had; null where there is no such revision. */
  async definitionAt(id: string, revision: number): Promise<ProfileDefinition | null> {
    const { rows } = await this.sql.query<{ definition: ProfileDefinition }>({
      name: 'profile-definition-at',
      text: 'SELECT definition FROM profile_revision WHERE profile_id = $1 AND revision = $2',
      values: [id, revision],
    });
    return rows[0]?.definition ?? null;
  }

  /** Every revision's author and definition, oldest first. */
  async history(sql: Sql, id: string): Promise<Pick<ProfileRevisionRow, 'by' | 'definition'>[]> {
    const { rows } = await sql.query<Pick<ProfileRevisionRow, 'by' | 'definition'>>({
      name: 'profile-history',
      text: 'SELECT by, definition FROM profile_revision WHERE profile_id = $1 ORDER BY revision',
      values: [id],
    });
    return rows;
  }

  /** Reads a profile and locks it for the transaction. Throws ProfileNotFound. */
  async lock(manager: EntityManager, id: string): Promise<StoredProfile> {
    const row = await manager.findOne(ProfileRow, { where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!row) throw new ProfileNotFound();
    return row;
  }

  /** Adds an active profile with its first revision. Throws ProfileNameTaken, ProfileIdTaken. */
  async add(manager: EntityManager, { changed, ...profile }: NewStoredProfile, by: string): Promise<StoredProfile> {
    const setAt = (secret: Buffer | null) => (secret === null ? null : () => 'now()');
    await manager
      .insert(ProfileRow, {
        ...profile,
        definition: profile.definition as object,
        status: 'active',
        revision: 1,
        clientSecretSetAt: setAt(profile.clientSecret) as never,
        nextClientSecretSetAt: setAt(profile.nextClientSecret) as never,
      })
      .catch((error: unknown) => {
        if (breaks(error, 'profile_pkey')) throw new ProfileIdTaken();
        throw nameTakenOr(error, profile.name);
      });
    return this.keepRevision(manager, profile.id, 'created', changed, by);
  }

  /** Writes a change of a locked profile, with a new revision; a fault has to show again. Throws ProfileNameTaken. */
  async change(
    manager: EntityManager,
    { id, revision }: StoredProfile,
    change: ProfileChange,
    by: string,
  ): Promise<StoredProfile> {
    const { name, status, definition, clientSecret, nextClientSecret } = change;
    await manager
      .createQueryBuilder()
      .update(ProfileRow)
      .set({
        revision: revision + 1,
        updatedAt: () => 'now()',
        faultReason: null,
        faultSince: null,
        ...(name === undefined ? {} : { name }),
        ...(status === undefined ? {} : { status }),
        ...(definition === undefined ? {} : { definition: definition as object }),
        ...(clientSecret === undefined ? {} : { clientSecret, clientSecretSetAt: clientSecret === null ? null : () => 'now()' }),
        ...(nextClientSecret === undefined
          ? {}
          : { nextClientSecret, nextClientSecretSetAt: nextClientSecret === null ? null : () => 'now()' }),
      })
      .where({ id })
      .execute()
      .catch((error: unknown) => {
        throw nameTakenOr(error, name ?? '');
      });
    return this.keepRevision(manager, id, change.action, change.changed, by);
  }

  private async keepRevision(
    manager: EntityManager,
    id: string,
    action: ProfileChange['action'],
    changed: string[],
    by: string,
  ): Promise<StoredProfile> {
    const row = await manager.findOneByOrFail(ProfileRow, { id });
    const { revision, name, definition, clientSecretSetAt, nextClientSecretSetAt } = row;
    await manager.insert(ProfileRevisionRow, {
      profileId: id,
      revision,
      action,
      name,
      definition: definition as object,
      clientSecretSetAt,
      nextClientSecretSetAt,
      changed,
      by,
    });
    return row;
  }
}

const nameTakenOr = (error: unknown, name: string): unknown =>
  breaks(error, 'profile_name_taken') ? new ProfileNameTaken(name) : error;

import type { ProfileRevisionView, ProfileStatus } from '@grantkeeper/contracts/profiles/http';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A profile as it stands. Its secret is sealed under {profile, id, client_secret}. */
@Entity('profile')
export class ProfileRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'assistant_id' }) assistantId: string;
  @Column('text') name: string;
  @Column('text') status: ProfileStatus;
  @Column('int') revision: number;
  @Column('jsonb') definition: ProfileDefinition;
  @Column('bytea', { name: 'client_secret', nullable: true }) clientSecret: Buffer | null;
  @Column('timestamptz', { name: 'client_secret_set_at', nullable: true }) clientSecretSetAt: Date | null;
  /** Sealed under {profile, id, next_client_secret}. */
  @Column('bytea', { name: 'next_client_secret', nullable: true }) nextClientSecret: Buffer | null;
  @Column('timestamptz', { name: 'next_client_secret_set_at', nullable: true }) nextClientSecretSetAt: Date | null;
  /** What keeps refreshes from succeeding, as far as it is the profile's. */
  @Column('text', { name: 'fault_reason', nullable: true }) faultReason: string | null;
  @Column('timestamptz', { name: 'fault_since', nullable: true }) faultSince: Date | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
  @CreateDateColumn({ name: 'updated_at', type: 'timestamptz' }) updatedAt: Date;
}

/** One revision of a profile, kept for good: what it was, who made it. */
@Entity('profile_revision')
export class ProfileRevisionRow {
  @PrimaryColumn('uuid', { name: 'profile_id' }) profileId: string;
  @PrimaryColumn('int') revision: number;
  @Column('text') action: ProfileRevisionView['action'];
  @Column('text') name: string;
  @Column('jsonb') definition: ProfileDefinition;
  @Column('timestamptz', { name: 'client_secret_set_at', nullable: true }) clientSecretSetAt: Date | null;
  @Column('timestamptz', { name: 'next_client_secret_set_at', nullable: true }) nextClientSecretSetAt: Date | null;
  @Column('text', { array: true }) changed: string[];
  @Column('text') by: string;
  @CreateDateColumn({ type: 'timestamptz' }) at: Date;
}

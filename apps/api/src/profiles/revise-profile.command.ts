import type { ProfilePatch, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { changedMembers, masked } from '@grantkeeper/core/kernel/changed-members';
import type { Discovered } from '@grantkeeper/core/profiles/discovery';
import { sameOrigins } from '@grantkeeper/core/profiles/profile';
import { mayRevise } from '@grantkeeper/core/profiles/profile-status';
import { ProfileNotFound, ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import type { Place } from '@grantkeeper/platform/crypto/sealing';
import { type Context, type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { stopRebind } from '@grantkeeper/platform/grants/rebind-grants';
import { resumeRefreshes } from '@grantkeeper/platform/grants/resume-refreshes';
import { ProfileStore, type StoredProfile } from '@grantkeeper/platform/profiles/profile.store';
import { profileView } from '@grantkeeper/platform/profiles/profile.view';
import { clientSecretPlace, nextClientSecretPlace } from '@grantkeeper/platform/profiles/secret-places';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { refuseStale } from '../http/revision.js';
import { ClientSecrets } from './client-secrets.js';
import { RevisionDraft } from './revision-draft.js';

export class ReviseProfile extends Command<ProfileView> {
  constructor(
    readonly id: string,
    readonly patch: ProfilePatch,
    readonly readRevision: number,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(ReviseProfile)
export class ReviseProfileHandler implements ICommandHandler<ReviseProfile> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
    private readonly draft: RevisionDraft,
    private readonly secrets: ClientSecrets,
    private readonly config: ApiConfig,
  ) {}

  async execute({ id, patch, readRevision, context }: ReviseProfile): Promise<ProfileView> {
    const read = await this.profiles.find(id);
    if (!read) throw new ProfileNotFound();
    refuseUnrevisable(read, readRevision);
    const discovered = await this.draft.discovered(read.definition, patch, context.correlationId);
    const seal = async (place: Place, secret: string | null | undefined): Promise<Buffer | null> =>
      typeof secret === 'string' ? this.secrets.seal(read.assistantId, place, secret) : null;
    const sealed = {
      present: await seal(clientSecretPlace(id), patch.clientSecret),
      next: await seal(nextClientSecretPlace(id), patch.nextClientSecret),
    };
    const profile = await this.unitOfWork.run(context, async (tx) => {
      const before = await this.profiles.lock(tx.manager, id);
      refuseUnrevisable(before, readRevision);
      return this.revise(tx, before, patch, discovered, sealed);
    });
    return profileView(profile, this.config.publicUrl);
  }

  private async revise(
    tx: Transaction,
    before: StoredProfile,
    patch: ProfilePatch,
    discovered: Discovered | null,
    sealed: { present: Buffer | null; next: Buffer | null },
  ): Promise<StoredProfile> {
    const { id, assistantId } = before;
    const { name, definition, changed, clearsSecret, clientSecret, nextClientSecret } = this.draft.of(before, patch, discovered);
    if (changed.length === 0) return before;

    const change = {
      action: 'revised' as const,
      changed,
      name,
      definition,
      clientSecret: typeof clientSecret === 'string' ? sealed.present : clientSecret,
      nextClientSecret: typeof nextClientSecret === 'string' ? sealed.next : nextClientSecret,
    };
    const after = await this.profiles.change(tx.manager, before, change, actorName(tx.context.actor));
    const { revision } = after;
    await resumeRefreshes(tx.sql, id);
    if (!sameOrigins(before.definition, definition)) await stopRebind(tx.sql, id);
    tx.record(`profile-${id}`, assistantId, {
      type: 'profiles.revised.v1',
      profileId: id,
      revision,
      changed,
      secretCleared: clearsSecret,
    });
    tx.audit({
      action: 'profiles.revise',
      subject: `profile:${id}`,
      assistantId,
      detail: { revision, changed, secretCleared: clearsSecret, ...changedMembers(shown(before), shown(after, change)) },
    });
    return after;
  }
}

/** A profile as the audit log shows it: everything but what is secret. */
function shown(
  { name, definition, clientSecret, nextClientSecret }: StoredProfile,
  given: { clientSecret?: Buffer | null; nextClientSecret?: Buffer | null } = {},
): object {
  const secret = (stored: Buffer | null, isNew: boolean) => stored && `${masked}${isNew ? ' (new)' : ''}`;
  return {
    name,
    ...definition,
    clientSecret: secret(clientSecret, Boolean(given.clientSecret)),
    nextClientSecret: secret(nextClientSecret, Boolean(given.nextClientSecret)),
  };
}

function refuseUnrevisable(profile: StoredProfile, readRevision: number): void {
  refuseStale(profile, readRevision);
  if (!mayRevise(profile.status)) throw new ProfileWrongStatus('revised', profile.status);
}

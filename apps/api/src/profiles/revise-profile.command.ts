import type { ProfilePatch, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import type { Discovered } from '@grantkeeper/core/profiles/discovery';
import { type ProfileDefinition, reviseDefinition, sameOrigins } from '@grantkeeper/core/profiles/profile';
import { mayRevise } from '@grantkeeper/core/profiles/profile-status';
import { ProfileNotFound, ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import { type Context, type Transaction, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { stopRebind } from '@grantkeeper/platform/grants/rebind-grants';
import { resumeRefreshes } from '@grantkeeper/platform/grants/resume-refreshes';
import { ProfileStore, type StoredProfile } from '@grantkeeper/platform/profiles/profile.store';
import { profileView } from '@grantkeeper/platform/profiles/profile.view';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { refuseStale } from '../http/revision.js';
import { ClientSecrets } from './client-secrets.js';
import { Discovery } from './discovery.js';
import { endpointErrors } from './endpoint-policy.js';

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
    private readonly discovery: Discovery,
    private readonly secrets: ClientSecrets,
    private readonly policy: OutboundPolicy,
    private readonly config: ApiConfig,
  ) {}

  async execute({ id, patch, readRevision, context }: ReviseProfile): Promise<ProfileView> {
    const read = await this.profiles.find(id);
    if (!read) throw new ProfileNotFound();
    refuseUnrevisable(read, readRevision);
    const discovered = await this.discovered(read.definition, patch, context.correlationId);
    const sealed =
      typeof patch.clientSecret === 'string' ? await this.secrets.seal(read.assistantId, id, patch.clientSecret) : null;
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
    sealed: Buffer | null,
  ): Promise<StoredProfile> {
    const { id, assistantId } = before;
    const current = { name: before.name, definition: before.definition, secretSet: before.clientSecret !== null };
    const { name, definition, changed, clearsSecret, clientSecret, errors } = reviseDefinition(current, patch, discovered);
    const wrong = [...errors, ...endpointErrors(definition, this.policy)];
    if (wrong.length > 0) throw new InvalidInput(wrong);
    if (changed.length === 0) return before;

    const change = {
      action: 'revised' as const,
      changed,
      name,
      definition,
      clientSecret: typeof clientSecret === 'string' ? sealed : clientSecret,
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
      detail: { revision, changed, secretCleared: clearsSecret },
    });
    return after;
  }

  /** Asks the provider only where the revision needs its word: another discovery URL, or an endpoint given back to discovery. */
  private async discovered(before: ProfileDefinition, patch: ProfilePatch, correlationId: string): Promise<Discovered | null> {
    const given = patch.advanced === null ? null : patch.advanced?.discoveryUrl;
    const url = given === undefined ? before.advanced.discoveryUrl : given;
    if (url === undefined || url === null) return null;
    const moved = url !== before.advanced.discoveryUrl;
    if (!moved && patch.authorizationUrl !== null && patch.tokenUrl !== null) return null;
    const refused = endpointErrors(patch, this.policy);
    if (refused.some(({ path }) => path === 'advanced.discoveryUrl')) throw new InvalidInput(refused);
    return this.discovery.read(url, correlationId);
  }
}

function refuseUnrevisable(profile: StoredProfile, readRevision: number): void {
  refuseStale(profile, readRevision);
  if (!mayRevise(profile.status)) throw new ProfileWrongStatus('revised', profile.status);
}

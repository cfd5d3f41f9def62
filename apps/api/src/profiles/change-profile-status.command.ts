import type { EventType } from '@grantkeeper/contracts/events';
import type { ProfileRevisionView, ProfileView } from '@grantkeeper/contracts/profiles/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { changedMembers } from '@grantkeeper/core/kernel/changed-members';
import { nextProfileStatus, type ProfileVerb } from '@grantkeeper/core/profiles/profile-status';
import { ProfileNotFound, ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { resumeRefreshes } from '@grantkeeper/platform/grants/resume-refreshes';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { findProfileView } from '@grantkeeper/platform/profiles/profile.view';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';

/** How each verb is told: to the one who asked, in the revisions, in the events. */
const told = {
  disable: { action: 'disabled', event: 'profiles.disabled.v1' },
  enable: { action: 'enabled', event: 'profiles.enabled.v1' },
  archive: { action: 'archived', event: 'profiles.archived.v1' },
  restore: { action: 'restored', event: 'profiles.restored.v1' },
  delete: { action: 'deleted', event: 'profiles.deletion-requested.v1' },
} as const satisfies Record<ProfileVerb, { action: ProfileRevisionView['action']; event: EventType }>;

/** Disables, enables, archives, restores a profile, or begins its deletion, which the worker finishes. */
export class ChangeProfileStatus extends Command<ProfileView> {
  constructor(
    readonly id: string,
    readonly verb: ProfileVerb,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(ChangeProfileStatus)
export class ChangeProfileStatusHandler implements ICommandHandler<ChangeProfileStatus> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
    private readonly config: ApiConfig,
  ) {}

  execute({ id, verb, context }: ChangeProfileStatus): Promise<ProfileView> {
    const { action, event } = told[verb];
    return this.unitOfWork.run(context, async (tx) => {
      const before = await this.profiles.lock(tx.manager, id);
      const status = nextProfileStatus(verb, before.status);
      if (status === null) throw new ProfileWrongStatus(action, before.status);
      if (status !== before.status) {
        const { assistantId } = before;
        const changed = ['status'];
        const { revision } = await this.profiles.change(
          tx.manager,
          before,
          { action, changed, status },
          actorName(context.actor),
        );
        if (verb === 'enable') await resumeRefreshes(tx.sql, id);
        tx.record(`profile-${id}`, assistantId, { type: event, profileId: id, revision, changed });
        tx.audit({
          action: `profiles.${verb}`,
          subject: `profile:${id}`,
          assistantId,
          detail: { revision, ...changedMembers({ status: before.status }, { status }) },
        });
      }
      const view = await findProfileView(tx.sql, this.config.publicUrl, id);
      if (!view) throw new ProfileNotFound();
      return view;
    });
  }
}

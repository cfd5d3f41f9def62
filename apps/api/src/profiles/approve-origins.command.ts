import type { ApprovedOrigins } from '@grantkeeper/contracts/profiles/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { authorsOfOrigins } from '@grantkeeper/core/profiles/origin-authors';
import { originsOf } from '@grantkeeper/core/profiles/profile';
import { OwnRevision, ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { grantsElsewhere, startRebind } from '@grantkeeper/platform/grants/rebind-grants';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuseStale } from '../http/revision.js';

/** An admin lets the existing grants of a profile follow it to the origins that it names in the revision that was read. */
export class ApproveOrigins extends Command<ApprovedOrigins> {
  constructor(
    readonly id: string,
    readonly readRevision: number,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(ApproveOrigins)
export class ApproveOriginsHandler implements ICommandHandler<ApproveOrigins> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
  ) {}

  execute({ id, readRevision, context }: ApproveOrigins): Promise<ApprovedOrigins> {
    return this.unitOfWork.run(context, async (tx) => {
      const { assistantId, definition, revision, status } = await this.profiles.lock(tx.manager, id);
      refuseStale({ revision }, readRevision);
      if (status === 'deleting') throw new ProfileWrongStatus('approved', status);
      const authors = authorsOfOrigins(await this.profiles.history(tx.sql, id));
      if (authors.includes(actorName(context.actor))) throw new OwnRevision();
      const approved = { revision, origins: originsOf(definition), grants: await grantsElsewhere(tx.sql, id, definition) };
      if (approved.grants > 0) await startRebind(tx.sql, id);
      tx.record(`profile-${id}`, assistantId, {
        type: 'profiles.origins-approved.v1',
        profileId: id,
        revision,
        origins: approved.origins,
      });
      tx.audit({ action: 'profiles.approve-origins', subject: `profile:${id}`, assistantId, detail: { ...approved, authors } });
      return approved;
    });
  }
}

import type { ResumedProfile } from '@grantkeeper/contracts/refresh/http';
import { ProfileWrongStatus } from '@grantkeeper/core/profiles/profiles.errors';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { putFaultAside } from '@grantkeeper/platform/profiles/profile-fault';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** An operator puts a profile's fault aside: its refreshes are tried again. */
export class ResumeProfile extends Command<ResumedProfile> {
  constructor(
    readonly id: string,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(ResumeProfile)
export class ResumeProfileHandler implements ICommandHandler<ResumeProfile> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly profiles: ProfileStore,
  ) {}

  execute({ id, context }: ResumeProfile): Promise<ResumedProfile> {
    return this.unitOfWork.run(context, async (tx) => {
      const { assistantId, status } = await this.profiles.lock(tx.manager, id);
      if (status !== 'active') throw new ProfileWrongStatus('resumed', status);
      const fault = await putFaultAside(tx.sql, id);
      if (fault !== null) {
        tx.record(`profile-${id}`, assistantId, { type: 'profiles.resumed.v1', profileId: id, fault });
        tx.audit({ action: 'profiles.resume', subject: `profile:${id}`, assistantId, detail: { fault } });
      }
      return { profileId: id, fault };
    });
  }
}

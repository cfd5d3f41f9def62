import type { JobPayload } from '@grantkeeper/contracts/jobs';
import { closeOpenAuthorizations } from '@grantkeeper/platform/authorizations/close-authorizations';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { endGrantsIn } from '@grantkeeper/platform/grants/end-grants';
import { livingGrants, removeProfile } from '@grantkeeper/platform/profiles/deletion';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

const batch = 100;

/**
 * profiles.delete-grants: ends the open authorizations and the grants of a profile that is being deleted, a hundred a transaction; when none lives and no
 * revocation waits, the profile itself goes. Interrupted anywhere, the sweeper's next run goes on.
 */
@Injectable()
@Processes('profiles.delete-grants')
export class DeleteGrantsProcessor implements JobProcessor<'profiles.delete-grants'> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async process({ profileId }: JobPayload<'profiles.delete-grants'>, { correlationId, signal }: Attempt): Promise<void> {
    let ended = batch;
    while (ended === batch && !signal.aborted) {
      ended = await this.unitOfWork.run({ actor: { kind: 'worker' }, correlationId }, async (transaction) => {
        await closeOpenAuthorizations(transaction, { profileId });
        const ids = await livingGrants(transaction.sql, profileId, batch);
        await endGrantsIn(transaction, ids, 'profile_deleted');
        return ids.length;
      });
    }
    await this.unitOfWork.run({ actor: { kind: 'worker' }, correlationId }, async (transaction) => {
      const removed = await removeProfile(transaction.sql, profileId);
      if (removed) transaction.record(`profile-${profileId}`, removed.assistantId, { type: 'profiles.deleted.v1', profileId });
    });
  }
}

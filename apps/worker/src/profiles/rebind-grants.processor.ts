import type { JobPayload } from '@grantkeeper/contracts/jobs';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { type Rebound, rebindNext } from '@grantkeeper/platform/grants/rebind-grants';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

/**
 * profiles.rebind-grants: after an admin's approval, binds the grants of a profile to the origins that it names now, 500 a transaction. Interrupted anywhere,
 * or kept from a grant by somebody's lock, the sweeper's next run goes on.
 */
@Injectable()
@Processes('profiles.rebind-grants')
export class RebindGrantsProcessor implements JobProcessor<'profiles.rebind-grants'> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async process({ profileId }: JobPayload<'profiles.rebind-grants'>, { correlationId, signal }: Attempt): Promise<void> {
    let rebound: Rebound = 'some';
    while (rebound === 'some' && !signal.aborted) {
      rebound = await this.unitOfWork.run({ actor: { kind: 'worker' }, correlationId }, (transaction) =>
        rebindNext(transaction, profileId),
      );
    }
  }
}

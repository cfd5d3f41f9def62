import type { JobPayload } from '@grantkeeper/contracts/jobs';
import { type CallContext, GuardedClient, type OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { RevocationTokens } from '@grantkeeper/platform/grants/revocation-tokens';
import { postponeRevocation, settleRevocation } from '@grantkeeper/platform/grants/revocations';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

/** How often the provider is asked before the tokens are forgotten here without its word. */
const mostAttempts = 8;

/**
 * grants.revoke-upstream: tells the provider that an ended grant's tokens are no longer wanted (RFC 7009), refresh token first. Revoking twice is harmless, so
 * a run that died is simply run again. Where the provider has no revocation endpoint, or it cannot be reached for long, the tokens are forgotten here.
 */
@Injectable()
@Processes('grants.revoke-upstream')
export class RevokeUpstreamProcessor implements JobProcessor<'grants.revoke-upstream'> {
  constructor(
    private readonly pool: SqlPool,
    private readonly tokens: RevocationTokens,
    private readonly client: GuardedClient,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async process({ revocationId }: JobPayload<'grants.revoke-upstream'>, { correlationId, context }: Attempt): Promise<void> {
    const revocation = await this.tokens.prepare(revocationId);
    if (!revocation) return;
    const outcome = revocation.requests.length === 0 ? 'forgotten' : await this.askAll(revocation, context);
    if (outcome === 'again' && revocation.attempts + 1 < mostAttempts) {
      await postponeRevocation(this.pool, revocationId, 5 * 2 ** revocation.attempts);
      return;
    }
    await settleRevocation(this.unitOfWork, correlationId, revocationId, outcome === 'revoked' ? 'revoked' : 'forgotten');
  }

  /** `again` for what another try may mend; a provider that refuses for good is taken at its word. */
  private async askAll(
    { url, requests }: { url: string; requests: OutboundRequest[] },
    context: CallContext,
  ): Promise<'revoked' | 'refused' | 'again'> {
    for (const request of requests) {
      const status = await this.client.call(url, request, context).then(
        (answer) => answer.status,
        () => 503,
      );
      if (status === 429 || status >= 500) return 'again';
      if (status < 200 || status >= 300) return 'refused';
    }
    return 'revoked';
  }
}

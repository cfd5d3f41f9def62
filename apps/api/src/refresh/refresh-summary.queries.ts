import type { RefreshGate, RefreshSummary } from '@grantkeeper/contracts/refresh/http';
import { AssistantNotFound } from '@grantkeeper/core/assistants/assistants.errors';
import { gatesOfWorkers } from '@grantkeeper/core/refresh/gates-of-workers';
import { refreshesByProvider } from '@grantkeeper/core/refresh/refreshes-by-provider';
import { findAssistant } from '@grantkeeper/platform/assistants/assistant.view';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { knownGates } from '@grantkeeper/platform/gates/gate-readings';
import { listProjections } from '@grantkeeper/platform/projections/projection.view';
import { dueForecast, lateRefreshes } from '@grantkeeper/platform/refresh/due.view';
import { refreshActivity, refreshedOutcome } from '@grantkeeper/platform/refresh/refresh-activity.projection';
import { lastHourByProfile, refreshesPerMinute } from '@grantkeeper/platform/refresh/refresh-activity.view';
import { endingRefreshTokens, parkedProfiles, profilesOfClients } from '@grantkeeper/platform/refresh/refresh-desk.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';

const mostProviders = 100;
const mostProfilesNamed = 20;

export class GetRefreshSummary extends Query<RefreshSummary> {
  constructor(readonly assistantId: string | null) {
    super();
  }
}

@QueryHandler(GetRefreshSummary)
export class GetRefreshSummaryHandler implements IQueryHandler<GetRefreshSummary> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ assistantId }: GetRefreshSummary): Promise<RefreshSummary> {
    const { pool } = this;
    if (assistantId !== null && !(await findAssistant(pool, assistantId))) throw new AssistantNotFound();
    const [due, late, perMinute, outcomes, gates, parked, refreshTokensEnding, [activity]] = await Promise.all([
      dueForecast(pool, assistantId),
      lateRefreshes(pool, assistantId),
      refreshesPerMinute(pool, assistantId),
      lastHourByProfile(pool, assistantId),
      this.gates(assistantId),
      parkedProfiles(pool, assistantId),
      endingRefreshTokens(pool, assistantId),
      listProjections(pool, [refreshActivity.name]),
    ]);
    return {
      due,
      late,
      perMinute,
      activityLagSeconds: activity?.lagSeconds ?? 0,
      providers: refreshesByProvider(outcomes, refreshedOutcome).slice(0, mostProviders).map(withFewProfiles),
      gates: gates.slice(0, mostProviders).map(withFewProfiles),
      parked,
      refreshTokensEnding,
    };
  }

  /** Gates are those of the installation; of one assistant, those that its profiles go through. */
  private async gates(assistantId: string | null): Promise<RefreshGate[]> {
    const known = await knownGates(this.pool);
    const profiles = await profilesOfClients(this.pool, [...new Set(known.map(({ clientId }) => clientId))], assistantId);
    const gates = gatesOfWorkers(known, profiles);
    return assistantId === null ? gates : gates.filter((gate) => gate.profiles.length > 0);
  }
}

const withFewProfiles = <T extends { profiles: unknown[] }>(one: T): T => ({
  ...one,
  profiles: one.profiles.slice(0, mostProfilesNamed),
});

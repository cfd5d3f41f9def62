import type { Explain, Explanation } from '@grantkeeper/contracts/profiles/explain';
import { readAskedInputs } from '@grantkeeper/core/authorizations/consent-inputs';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { ApiConfig } from '../config.js';
import { explainedRequests } from './explained-requests.js';

/** Every request that a profile leads to, with where each value comes from. Nobody is called, no secret is read. */
export class ExplainProfile extends Query<Explanation> {
  constructor(
    readonly id: string,
    readonly asked: Explain,
  ) {
    super();
  }
}

@QueryHandler(ExplainProfile)
export class ExplainProfileHandler implements IQueryHandler<ExplainProfile> {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly config: ApiConfig,
  ) {}

  async execute({ id, asked }: ExplainProfile): Promise<Explanation> {
    const profile = await this.profiles.find(id);
    if (!profile) throw new ProfileNotFound();
    const { definition } = profile;
    const given = { tenant: asked.tenant ?? null, fields: asked.fields ?? {}, context: asked.context ?? {} };
    const { tenant, inputs, errors } = readAskedInputs(definition, given, 'user');
    if (errors.length > 0) throw new InvalidInput(errors);
    const redirectUri = `${this.config.publicUrl}/callback/${id}`;
    return {
      requests: await explainedRequests(definition, redirectUri, { tenant, fields: inputs.given, context: inputs.context }),
    };
  }
}

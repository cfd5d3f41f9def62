import { readTenant } from '@grantkeeper/core/authorizations/consent-inputs';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { latestTenant } from '@grantkeeper/platform/grants/grant.view';
import type { TokenAsk } from '@grantkeeper/platform/grants/token-read';
import { ProfileStore } from '@grantkeeper/platform/profiles/profile.store';
import { Injectable } from '@nestjs/common';

/** Which tenant an ask is about where its words alone found no grant: profiles without tenants never come here with one. */
@Injectable()
export class AskedTenant {
  constructor(
    private readonly pool: SqlPool,
    private readonly profiles: ProfileStore,
  ) {}

  /**
   * The tenant as the profile knows it; where none is named, the one that the user connected last, of those that work. Empty where there is none. Throws InvalidInput for one
   * that the profile does not allow.
   */
  async of(profileId: string, { user, account, tenant }: TokenAsk): Promise<string> {
    if (tenant === '') return (await latestTenant(this.pool, { profileId, user, account })) ?? '';
    const profile = await this.profiles.find(profileId);
    const read = profile === null ? { value: tenant } : readTenant(profile.definition, tenant);
    if ('code' in read) throw new InvalidInput([{ path: 'tenant', ...read }]);
    return read.value;
  }
}

import type { ProfilePatch } from '@grantkeeper/contracts/profiles/http';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import type { Discovered } from '@grantkeeper/core/profiles/discovery';
import { type ProfileDefinition, type RevisedProfile, reviseDefinition } from '@grantkeeper/core/profiles/profile';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import type { StoredProfile } from '@grantkeeper/platform/profiles/profile.store';
import { Injectable } from '@nestjs/common';
import { Discovery } from './discovery.js';
import { endpointErrors } from './endpoint-policy.js';

/** What a patch would make of a profile, whether it is then saved or only looked at. */
@Injectable()
export class RevisionDraft {
  constructor(
    private readonly discovery: Discovery,
    private readonly policy: OutboundPolicy,
  ) {}

  /** The profile as it would be. Throws InvalidInput, with paths that begin at `at` in the request's body. */
  of(before: StoredProfile, patch: ProfilePatch, discovered: Discovered | null, at = ''): RevisedProfile {
    const current = {
      name: before.name,
      definition: before.definition,
      secretSet: before.clientSecret !== null,
      nextSecretSet: before.nextClientSecret !== null,
    };
    const revised = reviseDefinition(current, patch, discovered);
    const wrong = [...revised.errors, ...endpointErrors(revised.definition, this.policy)];
    if (wrong.length > 0) throw new InvalidInput(wrong.map(({ path, ...error }) => ({ path: `${at}${path}`, ...error })));
    return revised;
  }

  /** Asks the provider only where the revision needs its word: another discovery URL, or an endpoint given back to discovery. */
  async discovered(before: ProfileDefinition, patch: ProfilePatch, correlationId: string): Promise<Discovered | null> {
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

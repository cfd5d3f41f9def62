import type { AdditionalField, Tenancy } from '@grantkeeper/contracts/profiles/fields';
import type { Fault, Source } from '../placeholders/placeholder.js';
import type { PlacedPlaceholder } from '../placeholders/url-template.js';
import { additionalFieldsOf, mayBeEmpty } from './additional-fields.js';
import type { ProfileDefinition } from './profile.js';

const off: Tenancy = { enabled: false };
export const tenancyOf = (definition: Pick<ProfileDefinition, 'tenancy'>): Tenancy => definition.tenancy ?? off;

type Reason = Omit<Fault, 'placeholder'>;

const tenancyIsOff: Reason = { code: 'tenancy_off', message: 'is used while tenancy is off' };
const nothingIsCaptured: Reason = { code: 'not_supported', message: 'is not supported yet: nothing is captured' };
const unknownField = (key: string): Reason => ({
  code: 'placeholder_unknown',
  message: `names no additional field: none has the key ${key}`,
});
const fieldOf = (definition: ProfileDefinition, wanted: string): AdditionalField | undefined =>
  additionalFieldsOf(definition).find(({ key }) => key === wanted);

/** Where the client secret and the tokens go: whatever the runtime sends must not decide that. */
const secretUrls = ['tokenUrl', 'refreshUrl', 'advanced.revocationUrl'];

/** Why a value may not stand in this place of this URL; null where it may. */
export function reasonAgainst(
  definition: ProfileDefinition,
  path: string,
  source: Source,
  { place }: PlacedPlaceholder,
): Reason | null {
  const inHost = place === 'host label' || place === 'whole host';
  const refused = (message: string) => ({ code: 'placeholder_not_allowed', message });
  switch (source.kind) {
    case 'tenant':
      return tenancyOf(definition).enabled ? null : tenancyIsOff;
    case 'field': {
      const field = fieldOf(definition, source.key);
      if (!field) return unknownField(source.key);
      if (inHost && field.secret === true) return refused('is a secret, and names of hosts are looked up in the open');
      if (place !== 'query value' && mayBeEmpty(field))
        return refused(`may be left empty, which a ${place} may not: make the field required or give it a value`);
      return null;
    }
    case 'context':
      if (inHost) return refused('comes from the runtime, which never names a host');
      return secretUrls.includes(path) ? refused('comes from the runtime, which never fills a URL that secrets go to') : null;
    case 'user':
    case 'random':
      return inHost ? refused('never fills a host') : null;
    case 'token':
      return refused('stands in authorization fields only');
    case 'captured':
      return nothingIsCaptured;
    case 'path-field':
      return null; // its own sources are looked at
  }
}

/** Why a value may not stand in an authorization field; null where it may. A segment of a path is never empty. */
export function reasonInText(definition: ProfileDefinition, source: Source, isSegment: boolean): Reason | null {
  if (source.kind === 'tenant') return tenancyOf(definition).enabled ? null : tenancyIsOff;
  if (source.kind === 'captured') return nothingIsCaptured;
  if (source.kind !== 'field') return null;
  const field = fieldOf(definition, source.key);
  if (!field) return unknownField(source.key);
  return isSegment && mayBeEmpty(field)
    ? { code: 'placeholder_not_allowed', message: 'may be left empty, which a segment of a path may not' }
    : null;
}

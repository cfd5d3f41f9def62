import type { RefreshGate } from '@grantkeeper/contracts/refresh/http';
import { Text } from '@mantine/core';
import { Fragment } from 'react';
import { AnchorLink } from '../../ui/links.js';

/** A token origin, its client id, and the profiles that go there. */
export function OriginCell({ origin, clientId, profiles }: Pick<RefreshGate, 'origin' | 'clientId' | 'profiles'>) {
  return (
    <>
      {origin.replace(/^https:\/\//, '')}
      <Text size="sm" c="dimmed" fw={400}>
        {clientId}
      </Text>
      <Text size="sm" fw={400}>
        {profiles.map(({ id, name }, index) => (
          <Fragment key={id}>
            {index > 0 && ', '}
            <AnchorLink to="/profiles/$profileId" params={{ profileId: id }}>
              {name}
            </AnchorLink>
          </Fragment>
        ))}
      </Text>
    </>
  );
}

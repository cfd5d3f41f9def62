import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Alert, Code, Text } from '@mantine/core';
import { Icon } from '../../ui/icons.js';
import { When } from '../../ui/when.js';
import { faultKind } from './fault-words.js';
import { useProfileTexts } from './form-context.js';

/** Why the refreshes of a profile rest, and what to do; nothing where they do not. */
export function FaultAlert({ fault }: Pick<ProfileView, 'fault'>) {
  const { fault: texts } = useProfileTexts();
  if (fault === null) return null;
  return (
    <Alert color="orange" icon={<Icon name="warning" />} title={texts.title} mb="md" role="status">
      <Text size="sm">
        {texts.reasons[faultKind(fault.reason)]} (<Code>{fault.reason}</Code>, {texts.since} <When at={fault.since} />)
      </Text>
      <Text size="sm" mt={4}>
        {texts.what}
      </Text>
    </Alert>
  );
}

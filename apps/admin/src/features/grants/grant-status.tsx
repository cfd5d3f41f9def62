import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { Stack, Text } from '@mantine/core';
import { useTexts } from '../../i18n/language.js';
import { StatusBadge, type Tone } from '../../ui/status-badge.js';
import { failureText } from './failure-text.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

type ShownStatus = GrantView['status'] | 'failing';

const tones: Record<ShownStatus, Tone> = { active: 'good', failing: 'warning', reconnect_required: 'bad', ended: 'calm' };

/** How the grant stands, and why, in words. */
export function GrantStatus({ grant }: { grant: GrantView }) {
  const texts = useTexts({ en, de });
  const shown: ShownStatus = grant.status === 'active' && grant.lastFailure !== null ? 'failing' : grant.status;
  const why =
    grant.reason !== null
      ? texts.reasons[grant.reason]
      : shown === 'failing' && grant.lastFailure !== null
        ? failureText(texts, grant.lastFailure)
        : null;
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge tone={tones[shown]}>{texts.statuses[shown]}</StatusBadge>
      {why !== null && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
    </Stack>
  );
}

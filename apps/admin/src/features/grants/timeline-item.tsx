import type { TimelineEntry } from '@grantkeeper/contracts/grants/timeline';
import { Box, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { timeText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { Icon, type IconName } from '../../ui/icons.js';
import type { Tone } from '../../ui/status-badge.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { timelineText } from './timeline-text.js';

const colours: Record<Tone, string> = { good: 'green', bad: 'red', warning: 'yellow', calm: 'gray', busy: 'brand' };

interface TimelineLineProps {
  icon: IconName;
  tone: Tone;
  title: string;
  detail: string;
  at?: string;
  children?: ReactNode;
}

/** One line of the timeline: a sign, what it was, when, and more about it. */
export function TimelineLine({ icon, tone, title, detail, at, children }: TimelineLineProps) {
  const language = useLanguage();
  return (
    <li>
      <ThemeIcon className="timeline-sign" variant="light" color={colours[tone]} size={28} radius="xl">
        <Icon name={icon} size={16} />
      </ThemeIcon>
      <Box>
        <Text fw={500}>
          <span>{title}</span>
          {at !== undefined && (
            <Text span c="dimmed" size="sm" ml="xs">
              <time dateTime={at}>{timeText(at, language)}</time>
            </Text>
          )}
        </Text>
        {detail !== '' && (
          <Text size="sm" c="dimmed">
            {detail}
          </Text>
        )}
        {children}
      </Box>
    </li>
  );
}

const signs: Record<string, [IconName, Tone]> = {
  'grants.consented.v1': ['grant', 'good'],
  'grants.reconnected.v1': ['grant', 'good'],
  'grants.held.v1': ['clock', 'busy'],
  'grants.refresh-wanted.v1': ['clock', 'calm'],
  'grants.refreshed.v1': ['refresh', 'good'],
  'grants.refresh-failed.v1': ['warning', 'warning'],
  'grants.refresh-token-ending.v1': ['clock', 'warning'],
  'grants.reconnect-required.v1': ['bad', 'bad'],
  'grants.other-account-allowed.v1': ['people', 'calm'],
  'grants.fields-changed.v1': ['edit', 'calm'],
  'grants.rebound.v1': ['profile', 'calm'],
  'grants.ended.v1': ['out', 'calm'],
  'grants.revoked-upstream.v1': ['external', 'calm'],
  revision: ['profile', 'busy'],
  'failed-consent': ['bad', 'warning'],
  'hand-outs': ['key', 'calm'],
};

export function TimelineItem({ entry }: { entry: TimelineEntry }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const [icon, tone] = signs[entry.kind === 'event' ? entry.event.type : entry.kind] ?? ['info', 'calm'];
  return <TimelineLine icon={icon} tone={tone} at={entry.at} {...timelineText(texts, language, entry)} />;
}

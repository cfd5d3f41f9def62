import { Box, Button, Loader, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dayOf, dayText, timeText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { timelineQuery } from './grants.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { keyOf, type TimelineRow, timelineDays } from './timeline-days.js';
import { TimelineItem, TimelineLine } from './timeline-item.js';

/** What happened to a grant, on a line of time, newest first and by day. */
export function GrantTimeline({ grantId }: { grantId: string }) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const language = useLanguage();
  const query = useInfiniteQuery(timelineQuery(grantId));
  const days = timelineDays(query.data?.pages.flatMap(({ items }) => items) ?? [], dayOf);
  return (
    <section aria-labelledby="life">
      <Title order={2} fz="h3" id="life">
        {texts.life}
      </Title>
      <Text c="dimmed" size="sm" mb="md">
        {texts.lifeIntro}
      </Text>
      {query.isPending && <Loader aria-label={common.loading} />}
      <ProblemAlert error={query.error} onRetry={query.refetch} />
      <Stack gap="lg">
        {days.map(({ day, rows }) => (
          <Box key={day}>
            <Title order={3} fz="h5" mb="sm">
              {dayText(day, language)}
            </Title>
            <ol className="timeline">
              {rows.map((row) => (
                <Row key={row.key} row={row} />
              ))}
            </ol>
          </Box>
        ))}
      </Stack>
      {query.hasNextPage && (
        <Button mt="md" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {common.loadMore}
        </Button>
      )}
    </section>
  );
}

function Row({ row }: { row: TimelineRow }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  if (row.kind === 'one') return <TimelineItem entry={row.entry} />;
  const refreshed = row.entries.filter((entry) => entry.kind === 'event' && entry.event.type === 'grants.refreshed.v1');
  const [newest, oldest] = [row.entries[0], row.entries.at(-1)];
  const span = newest && oldest ? texts.moment(timeText(oldest.at, language), timeText(newest.at, language)) : '';
  return (
    <>
      <TimelineLine icon="refresh" tone="good" title={texts.refreshesInRow(refreshed.length)} detail={span}>
        <Button variant="subtle" size="compact-sm" px={0} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? texts.hideAll : texts.showAll}
        </Button>
      </TimelineLine>
      {open && row.entries.map((entry) => <TimelineItem key={keyOf(entry)} entry={entry} />)}
    </>
  );
}

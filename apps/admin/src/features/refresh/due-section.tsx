import type { DueForecast } from '@grantkeeper/contracts/refresh/http';
import { SimpleGrid, Text, Title } from '@mantine/core';
import { useTexts } from '../../i18n/language.js';
import { Curve } from '../../ui/curve.js';
import { Section } from '../../ui/section.js';
import { When } from '../../ui/when.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** When refreshes fall due: by five minutes, and by the hour. */
export function DueSection({ due }: { due: DueForecast }) {
  const texts = useTexts({ en, de });
  if (due.countedAt === null)
    return (
      <Section title={texts.due}>
        <Text c="dimmed">{texts.dueNotCounted}</Text>
      </Section>
    );
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl" mb="xl">
      <DueCurve title={texts.due} spans={due.nextHour} countedAt={due.countedAt} />
      <DueCurve title={texts.dueDay} spans={due.nextDay} countedAt={due.countedAt} />
    </SimpleGrid>
  );
}

function DueCurve({ title, spans, countedAt }: { title: string; spans: DueForecast['nextHour']; countedAt: string }) {
  const texts = useTexts({ en, de });
  return (
    <section aria-label={title}>
      <Title order={2} fz="h3" mb={4}>
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {texts.dueCounted} <When at={countedAt} />
      </Text>
      <Curve
        title={title}
        series={[{ key: 'refreshes', label: texts.refreshes, color: 'brand' }]}
        points={spans.map(({ from, refreshes }) => ({ at: from, values: { refreshes } }))}
      />
    </section>
  );
}

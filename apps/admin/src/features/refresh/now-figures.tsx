import type { RefreshSummary } from '@grantkeeper/contracts/refresh/http';
import { Group } from '@mantine/core';
import { numberText, shareText, spanText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { Figure } from '../../ui/figure.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** What is to be seen at a glance. */
export function NowFigures({ summary: { late, perMinute } }: { summary: RefreshSummary }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const refreshed = perMinute.reduce((sum, minute) => sum + minute.refreshed, 0);
  const ended = refreshed + perMinute.reduce((sum, minute) => sum + minute.failed, 0);
  const count = numberText(late.refreshes, language);
  return (
    <Group gap="md" mb="xl" align="stretch">
      <Figure name={texts.late} hint={texts.lateHint}>
        {late.atLeast ? texts.atLeast(count) : count}
      </Figure>
      <Figure name={texts.lag} hint={texts.lagHint}>
        {late.refreshes === 0 ? texts.none : spanText(late.oldestSeconds, language)}
      </Figure>
      <Figure name={texts.rate} hint={texts.rateHint}>
        {numberText(Math.round(refreshed / 6) / 10, language)}
      </Figure>
      <Figure name={texts.success} hint={texts.successHint}>
        {ended === 0 ? '–' : shareText(refreshed / ended, language)}
      </Figure>
    </Group>
  );
}

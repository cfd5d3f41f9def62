import type { RefreshMinute } from '@grantkeeper/contracts/refresh/http';
import { Alert } from '@mantine/core';
import { spanText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { Curve } from '../../ui/curve.js';
import { Section } from '../../ui/section.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** A lag that is worth a word. */
const behindSeconds = 30;

/** How the last hour went. */
export function PastSection({ perMinute, lagSeconds }: { perMinute: readonly RefreshMinute[]; lagSeconds: number }) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  return (
    <Section title={texts.past}>
      {lagSeconds > behindSeconds && (
        <Alert color="yellow" mb="sm">
          {texts.behind(spanText(lagSeconds, language))}
        </Alert>
      )}
      <Curve
        title={texts.past}
        series={[
          { key: 'refreshed', label: texts.refreshed, color: 'green' },
          { key: 'failed', label: texts.failed, color: 'red', dashed: true },
        ]}
        points={perMinute.map(({ minute, refreshed, failed }) => ({ at: minute, values: { refreshed, failed } }))}
      />
    </Section>
  );
}

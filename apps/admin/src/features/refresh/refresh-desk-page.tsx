import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { DueSection } from './due-section.js';
import { EndingSection } from './ending-section.js';
import { GatesSection } from './gates-section.js';
import { NowFigures } from './now-figures.js';
import { ParkedSection } from './parked-section.js';
import { PastSection } from './past-section.js';
import { ProvidersSection } from './providers-section.js';
import { refreshSummaryQuery } from './refresh.api.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** How refreshes go, over all assistants. */
export function RefreshDeskPage() {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const { data: summary, error, isPending, refetch } = useQuery(refreshSummaryQuery);
  return (
    <>
      <PageHeader title={texts.title}>{texts.intro}</PageHeader>
      {isPending && <Loader aria-label={common.loading} />}
      <ProblemAlert error={error} onRetry={refetch} />
      {summary && (
        <>
          <NowFigures summary={summary} />
          <GatesSection gates={summary.gates} />
          <ParkedSection parked={summary.parked} />
          <DueSection due={summary.due} />
          <PastSection perMinute={summary.perMinute} lagSeconds={summary.activityLagSeconds} />
          <ProvidersSection providers={summary.providers} />
          <EndingSection ending={summary.refreshTokensEnding} />
        </>
      )}
    </>
  );
}

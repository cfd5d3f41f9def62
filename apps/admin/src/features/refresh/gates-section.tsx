import type { RefreshGate } from '@grantkeeper/contracts/refresh/http';
import { Text } from '@mantine/core';
import { numberText } from '../../i18n/formats.js';
import { useLanguage, useTexts } from '../../i18n/language.js';
import { type Column, RowsTable } from '../../ui/rows-table.js';
import { Section } from '../../ui/section.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { When } from '../../ui/when.js';
import { OriginCell } from './origin-cell.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Whether providers are well, and how much of them may be asked. */
export function GatesSection({ gates }: { gates: readonly RefreshGate[] }) {
  const texts = useTexts({ en, de });
  const columns: Column<RefreshGate>[] = [
    { key: 'provider', header: texts.provider, cell: (gate) => <OriginCell {...gate} />, isName: true },
    { key: 'breaker', header: texts.breaker, cell: (gate) => <Breaker {...gate} /> },
    { key: 'inFlight', header: texts.inFlight, cell: (gate) => <InFlight {...gate} />, from: 'sm' },
    { key: 'limits', header: texts.limits, cell: (gate) => <Limits {...gate} />, from: 'sm' },
  ];
  return (
    <Section title={texts.gates}>
      <Text c="dimmed" mb="sm">
        {texts.gatesIntro}
      </Text>
      {gates.length === 0 ? (
        <Text>{texts.noGates}</Text>
      ) : (
        <RowsTable
          caption={texts.gates}
          rows={gates}
          columns={columns}
          rowKey={({ origin, clientId }) => `${origin} ${clientId}`}
        />
      )}
    </Section>
  );
}

function Breaker({ breaker, triesAgainAt, closedUntil, workers, workersNotClosed }: RefreshGate) {
  const texts = useTexts({ en, de });
  if (breaker === 'closed' && closedUntil !== null)
    return (
      <>
        <StatusBadge tone="warning">{texts.rateLimited}</StatusBadge>
        <Text size="sm" c="dimmed">
          {texts.opensAgain} <When at={closedUntil} />
        </Text>
      </>
    );
  if (breaker === 'closed') return <StatusBadge tone="good">{texts.closed}</StatusBadge>;
  return (
    <>
      <StatusBadge tone={breaker === 'open' ? 'bad' : 'busy'}>{breaker === 'open' ? texts.open : texts.halfOpen}</StatusBadge>
      <Text size="sm" c="dimmed">
        {texts.workers(workersNotClosed, workers)}
        {triesAgainAt !== null && (
          <>
            , {texts.triesAgain} <When at={triesAgainAt} />
          </>
        )}
      </Text>
    </>
  );
}

function InFlight({ inFlight, limits }: RefreshGate) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const now = numberText(inFlight, language);
  return limits === null ? now : texts.inFlightOf(now, numberText(limits.inFlight, language));
}

function Limits({ limits, learnedPerSecond }: RefreshGate) {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const rate = limits?.perSecond ?? learnedPerSecond;
  return (
    <>
      {rate === null ? texts.noLimit : texts.perSecond(numberText(Math.round(rate * 10) / 10, language))}
      {learnedPerSecond !== null && (
        <Text size="sm" c="dimmed">
          {texts.learned}
        </Text>
      )}
    </>
  );
}

import type { GrantView, SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import { Alert, Box, Loader, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMay } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Icon } from '../../ui/icons.js';
import { AnchorLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { GrantActions } from './grant-actions.js';
import { GrantFacts } from './grant-facts.js';
import { GrantTimeline } from './grant-timeline.js';
import { grantQuery } from './grants.api.js';
import { type AskedRefresh, type RefreshOutcome, refreshOutcome } from './refresh-outcome.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

const route = getRouteApi('/frame/grants/$grantId');
const lookMs = 1_000;

/** One grant: how it stands, what can be done, and all that happened to it. */
export function GrantPage() {
  const texts = useCommonTexts();
  const { grantId } = route.useParams();
  const [asked, setAsked] = useState<AskedRefresh | null>(null);
  const [watching, setWatching] = useState(false);
  const query = useQuery({ ...grantQuery(grantId), refetchInterval: watching ? lookMs : false });
  if (query.isPending) return <Loader aria-label={texts.loading} />;
  if (!query.data) return <ProblemAlert error={query.error} onRetry={query.refetch} />;
  const outcome = asked && refreshOutcome(asked, query.data, query.dataUpdatedAt);
  return (
    <GrantShown
      grant={query.data}
      outcome={outcome}
      onAsked={(next) => {
        setAsked(next);
        setWatching(true);
      }}
      onOutcome={() => setWatching(false)}
    />
  );
}

interface GrantShownProps {
  grant: GrantView;
  outcome: RefreshOutcome | null;
  onAsked: (asked: AskedRefresh) => void;
  onOutcome: () => void;
}

function GrantShown({ grant, outcome, onAsked, onOutcome }: GrantShownProps) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const mayManage = useMay('grants.manage', grant.assistantId);
  const [refused, setRefused] = useState<Error | null>(null);
  const [revocation, setRevocation] = useState<SignOutAnswer['revocation'] | null>(null);
  useEffect(() => {
    if (outcome === null || outcome === 'under-way') return;
    onOutcome();
    void queryClient.invalidateQueries({ queryKey: ['grants', 'timeline', grant.id] });
  }, [outcome, onOutcome, queryClient, grant.id]);
  return (
    <>
      <AnchorLink to="/assistants/$assistantId/grants" params={{ assistantId: grant.assistantId }} size="sm">
        {texts.title}
      </AnchorLink>
      <PageHeader
        title={texts.grantOf(grant.user ?? texts.everyone, grant.profileName)}
        actions={
          mayManage && (
            <GrantActions
              grant={grant}
              isRefreshing={outcome === 'under-way'}
              onRefreshAsked={(next) => {
                setRefused(null);
                onAsked(next);
              }}
              onRefreshRefused={setRefused}
              onSignedOut={setRevocation}
            />
          )
        }
      />
      <Box role="status">
        {revocation !== null && <Told tone={revocation === 'revoked' ? 'good' : 'warning'}>{texts.revocations[revocation]}</Told>}
        {revocation === null && outcome !== null && <Outcome outcome={outcome} version={grant.tokenVersion} />}
      </Box>
      <ProblemAlert error={refused} />
      <Stack gap="lg">
        <GrantFacts grant={grant} />
        <GrantTimeline grantId={grant.id} />
      </Stack>
    </>
  );
}

function Outcome({ outcome, version }: { outcome: RefreshOutcome; version: number }) {
  const texts = useTexts({ en, de });
  const tone = outcome === 'refreshed' ? 'good' : outcome === 'under-way' || outcome === 'late' ? 'info' : 'warning';
  return (
    <Told tone={tone}>
      {outcome === 'refreshed' ? `${texts.outcomes.refreshed} ${texts.newVersion(version)}` : texts.outcomes[outcome]}
    </Told>
  );
}

const colours = { good: 'green', warning: 'yellow', info: 'brand' } as const;

function Told({ tone, children }: { tone: keyof typeof colours; children: string }) {
  return (
    <Alert color={colours[tone]} icon={<Icon name={tone} />} mb="md">
      {children}
    </Alert>
  );
}

import type { GrantView, SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Icon } from '../../ui/icons.js';
import { allowOtherAccount, refreshNow, signOutGrant } from './grants.api.js';
import type { AskedRefresh } from './refresh-outcome.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface GrantActionsProps {
  grant: GrantView;
  isRefreshing: boolean;
  onRefreshAsked: (asked: AskedRefresh) => void;
  onRefreshRefused: (error: Error) => void;
  onSignedOut: (revocation: SignOutAnswer['revocation']) => void;
}

/** What an operator may do with a living grant. */
export function GrantActions({ grant, isRefreshing, onRefreshAsked, onRefreshRefused, onSignedOut }: GrantActionsProps) {
  const texts = useTexts({ en, de });
  const queryClient = useQueryClient();
  const [dialog, setDialog] = useState<'sign-out' | 'other-account' | null>(null);
  const seeAgain = () => queryClient.invalidateQueries({ queryKey: ['grants'] });
  const { mutate: refresh, isPending } = useMutation({
    mutationFn: () => refreshNow(grant.id),
    onSuccess: ({ tokenVersion }) => onRefreshAsked({ tokenVersion, lastFailureAt: grant.lastFailureAt, at: Date.now() }),
    onError: onRefreshRefused,
  });
  const who = texts.grantOf(grant.user ?? texts.everyone, grant.profileName);
  if (grant.status === 'ended') return null;
  return (
    <>
      {grant.status === 'active' && (
        <Button
          onClick={() => refresh()}
          loading={isPending || isRefreshing}
          leftSection={<Icon name="refresh" size={16} />}
          variant="default"
        >
          {texts.refreshNow}
        </Button>
      )}
      <Button variant="default" onClick={() => setDialog('other-account')}>
        {texts.allowOther}
      </Button>
      <Button color="red" variant="outline" leftSection={<Icon name="out" size={16} />} onClick={() => setDialog('sign-out')}>
        {texts.signOut}
      </Button>
      <ConfirmDialog
        opened={dialog === 'sign-out'}
        title={texts.signOutTitle(who)}
        confirm={texts.signOut}
        onConfirm={async () => {
          onSignedOut((await signOutGrant(grant.id)).revocation);
          await seeAgain();
        }}
        onClose={() => setDialog(null)}
      >
        {texts.signOutWarning}
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'other-account'}
        title={texts.allowOtherTitle(who)}
        confirm={texts.allowOther}
        danger={false}
        onConfirm={async () => {
          await allowOtherAccount(grant.id);
          await seeAgain();
        }}
        onClose={() => setDialog(null)}
      >
        {texts.allowOtherWarning}
      </ConfirmDialog>
    </>
  );
}

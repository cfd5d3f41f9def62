import type { BlastRadius } from '@grantkeeper/contracts/profiles/http';
import { Alert, Code, List, Text } from '@mantine/core';
import { ConfirmDialog } from '../../ui/confirm-dialog.js';
import { Icon } from '../../ui/icons.js';
import { useProfileTexts } from './form-context.js';

interface BlastRadiusDialogProps {
  radius: BlastRadius | null;
  onSave: () => Promise<unknown>;
  onClose: () => void;
}

/** Whether a revision touches anything that somebody has to know of before. */
export const touchesNothing = ({ grants, clearsClientSecret }: BlastRadius): boolean =>
  !clearsClientSecret && grants.goOn + grants.needConsent + grants.needConsentAlready === 0;

/** What a revision touches, before it is saved. */
export function BlastRadiusDialog({ radius, onSave, onClose }: BlastRadiusDialogProps) {
  const { blast: texts } = useProfileTexts();
  return (
    <ConfirmDialog
      opened={radius !== null}
      title={texts.title}
      confirm={texts.save}
      onConfirm={onSave}
      onClose={onClose}
      danger={radius !== null && (radius.clearsClientSecret || radius.grants.needConsent > 0)}
    >
      {radius && <Touched radius={radius} />}
    </ConfirmDialog>
  );
}

/** In words, what goes on and what does not. */
export function Touched({ radius: { grants, because, clearsClientSecret, addedOrigins } }: { radius: BlastRadius }) {
  const { blast: texts } = useProfileTexts();
  return (
    <>
      {clearsClientSecret && (
        <Alert color="orange" icon={<Icon name="warning" />} mb="sm">
          {texts.clearsSecret}
        </Alert>
      )}
      {addedOrigins.length > 0 && (
        <Text mb="sm">
          {texts.addedOrigins}{' '}
          {addedOrigins.map((origin) => (
            <Code key={origin} mr={4}>
              {origin}
            </Code>
          ))}
        </Text>
      )}
      <List>
        <List.Item>{texts.goOn(grants.goOn)}</List.Item>
        <List.Item>
          {texts.needConsent(grants.needConsent)}
          {because.length > 0 && (
            <List listStyleType="disc" withPadding>
              {because.map(({ reason, grants: count }) => (
                <List.Item key={reason}>
                  {count}: {texts.because[reason]}
                </List.Item>
              ))}
            </List>
          )}
        </List.Item>
        {grants.needConsentAlready > 0 && <List.Item>{texts.already(grants.needConsentAlready)}</List.Item>}
      </List>
    </>
  );
}

import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import type { NewTestRun } from '@grantkeeper/contracts/test-runs/http';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { AskedInputs, isToldAtInput } from './asked-inputs.js';
import { emptyAsk, toAsk } from './asked-model.js';
import { useTestTexts } from './use-test-texts.js';

interface TestDialogProps {
  profile: ProfileView;
  opened: boolean;
  onClose: () => void;
  onStart: (body: NewTestRun) => void;
  isPending: boolean;
  error: unknown;
}

/** Test Authorization: as whose customer, and with what a user would be asked for. */
export function TestDialog({ profile, opened, onClose, onStart, isPending, error }: TestDialogProps) {
  const texts = useTestTexts();
  const common = useCommonTexts();
  const [asked, setAsked] = useState(() => emptyAsk(profile));
  const [isContextWrong, setIsContextWrong] = useState(false);
  return (
    <Modal opened={opened} onClose={onClose} title={texts.dialogTitle} closeButtonProps={{ 'aria-label': common.close }} centered>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const body = toAsk(asked);
          setIsContextWrong(body === null);
          if (body) onStart(body);
        }}
      >
        <Stack>
          <Text size="sm">{texts.dialogText}</Text>
          <ProblemAlert error={isToldAtInput(error) ? null : error} />
          <AskedInputs
            profile={profile}
            asked={asked}
            onChange={setAsked}
            error={error}
            isContextWrong={isContextWrong}
            isWhole
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={isPending}>
              {texts.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

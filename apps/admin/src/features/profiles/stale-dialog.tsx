import { type ProfileView, profileRevisionsPageSchema } from '@grantkeeper/contracts/profiles/http';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { DifferenceTable } from './difference-table.js';
import { useProfileTexts } from './form-context.js';
import { definitionOf, differenceBetween } from './revision-difference.js';

interface StaleDialogProps {
  /** As this form has it, and as somebody else has saved it meanwhile. */
  mine: ProfileView;
  theirs: ProfileView | null;
  onGoOn: (theirs: ProfileView) => void;
  onTake: (theirs: ProfileView) => void;
  onClose: () => void;
}

/** Somebody else was quicker: what they changed, and how to go on. */
export function StaleDialog({ mine, theirs, onGoOn, onTake, onClose }: StaleDialogProps) {
  const { stale: texts } = useProfileTexts();
  const common = useCommonTexts();
  const { data } = useQuery({
    queryKey: ['profiles', mine.id, 'latest', theirs?.revision],
    enabled: theirs !== null,
    queryFn: ({ signal }) =>
      ask('GET', pathOf`/v1/profiles/${mine.id}/revisions`, profileRevisionsPageSchema, { query: { limit: 1 }, signal }),
  });
  return (
    <Modal
      opened={theirs !== null}
      onClose={onClose}
      title={texts.title}
      closeButtonProps={{ 'aria-label': common.close }}
      size="xl"
      centered
    >
      {theirs && (
        <Stack>
          <Text>{texts.text(data?.items[0] ? (data.items[0].byEmail ?? data.items[0].by) : '…')}</Text>
          <DifferenceTable differences={differenceBetween(definitionOf(mine), definitionOf(theirs))} caption={texts.title} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => onTake(theirs)}>
              {texts.take}
            </Button>
            <Button onClick={() => onGoOn(theirs)} data-autofocus>
              {texts.goOn}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

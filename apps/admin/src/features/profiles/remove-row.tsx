import { ActionIcon } from '@mantine/core';
import { Icon } from '../../ui/icons.js';
import { useProfileTexts } from './form-context.js';

/** Takes a row out of a list; stands at the height of the row's first inputs. */
export function RemoveRow({ row, onRemove }: { row: number; onRemove: () => void }) {
  const { form: texts } = useProfileTexts();
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={36}
      mt={25}
      aria-label={`${texts.removeRow}: ${texts.row(row)}`}
      onClick={onRemove}
    >
      <Icon name="trash" size={16} />
    </ActionIcon>
  );
}

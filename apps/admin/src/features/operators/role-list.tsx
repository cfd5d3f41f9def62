import type { Roles } from '@grantkeeper/contracts/operators/http';
import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { assistantsQuery } from '../../api/assistants.js';
import { useTexts } from '../../i18n/language.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** An assistant's name by its id, as far as one may know it. */
export function useAssistantName(): (id: string) => string {
  const texts = useTexts({ en, de });
  const { data: assistants = [] } = useQuery(assistantsQuery);
  return (id) => assistants.find((one) => one.id === id)?.name ?? texts.goneAssistant;
}

/** All roles of one operator, in words. */
export function RoleList({ role, assistantRoles }: Roles) {
  const texts = useTexts({ en, de });
  const nameOf = useAssistantName();
  if (role === null && assistantRoles.length === 0) return <Text c="dimmed">{texts.noRoles}</Text>;
  return (
    <Group gap={6}>
      {role !== null && (
        <StatusBadge tone="busy" icon="people">
          {texts.roles[role]}
        </StatusBadge>
      )}
      {assistantRoles.map((one) => (
        <StatusBadge key={one.assistantId} tone="calm" icon="assistant">
          {texts.roleAt(one.role, nameOf(one.assistantId))}
        </StatusBadge>
      ))}
    </Group>
  );
}

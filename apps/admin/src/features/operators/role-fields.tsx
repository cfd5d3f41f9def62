import type { AssistantRole, Role, Roles } from '@grantkeeper/contracts/operators/http';
import { ActionIcon, Button, Fieldset, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { assistantsQuery } from '../../api/assistants.js';
import { useTexts } from '../../i18n/language.js';
import { Icon } from '../../ui/icons.js';
import { roles } from './operators.api.js';
import { useAssistantName } from './role-list.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface RoleFieldsProps {
  value: Roles;
  onChange: (roles: Roles) => void;
  errors: Readonly<Record<string, string>>;
}

/** The role for all assistants, and a line for each assistant with a role of its own. */
export function RoleFields({ value, onChange, errors }: RoleFieldsProps) {
  const texts = useTexts({ en, de });
  const { data: assistants = [] } = useQuery(assistantsQuery);
  const free = assistants.filter(({ id }) => value.assistantRoles.every((one) => one.assistantId !== id));
  const [next] = free;
  const change = (assistantRoles: readonly AssistantRole[]) => onChange({ ...value, assistantRoles });
  return (
    <Stack>
      <Select
        id="operator-role"
        label={texts.roleForAll}
        description={texts.rolesHelp}
        data={[{ value: '', label: texts.noRoleForAll }, ...roles.map((role) => ({ value: role, label: texts.roles[role] }))]}
        value={value.role ?? ''}
        allowDeselect={false}
        error={errors.role}
        onChange={(role) => onChange({ ...value, role: (role || null) as Role | null })}
      />
      <Fieldset legend={texts.rolesByAssistant}>
        <Stack gap="sm">
          {value.assistantRoles.map((one, index) => (
            <RoleLine
              key={one.assistantId}
              role={one}
              choices={[...assistants.filter(({ id }) => id === one.assistantId), ...free]}
              error={errors[`assistantRoles.${index}.assistantId`] ?? errors.assistantRoles}
              onChange={(changed) => change(value.assistantRoles.map((other) => (other === one ? changed : other)))}
              onRemove={() => change(value.assistantRoles.filter((other) => other !== one))}
            />
          ))}
          {next && (
            <Button
              variant="default"
              size="xs"
              w="fit-content"
              leftSection={<Icon name="add" size={14} />}
              onClick={() => change([...value.assistantRoles, { assistantId: next.id, role: 'viewer' }])}
            >
              {texts.addRole}
            </Button>
          )}
          {!next && value.assistantRoles.length === 0 && <Text c="dimmed">–</Text>}
        </Stack>
      </Fieldset>
    </Stack>
  );
}

interface RoleLineProps {
  role: AssistantRole;
  choices: readonly { id: string; name: string }[];
  error: string | undefined;
  onChange: (role: AssistantRole) => void;
  onRemove: () => void;
}

function RoleLine({ role, choices, error, onChange, onRemove }: RoleLineProps) {
  const texts = useTexts({ en, de });
  const nameOf = useAssistantName();
  return (
    <Group align="flex-end" wrap="nowrap" gap="xs">
      <Select
        label={texts.assistant}
        flex={2}
        searchable={choices.length > 10}
        allowDeselect={false}
        data={choices.map(({ id, name }) => ({ value: id, label: name }))}
        value={role.assistantId}
        error={error}
        onChange={(assistantId) => assistantId && onChange({ ...role, assistantId })}
      />
      <Select
        label={texts.role}
        flex={1}
        allowDeselect={false}
        data={roles.map((one) => ({ value: one, label: texts.roles[one] }))}
        value={role.role}
        onChange={(chosen) => chosen && onChange({ ...role, role: chosen as Role })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={texts.removeRole(nameOf(role.assistantId))}
        onClick={onRemove}
      >
        <Icon name="trash" />
      </ActionIcon>
    </Group>
  );
}

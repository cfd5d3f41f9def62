import type { SessionView as Session } from '@grantkeeper/contracts/operators/http';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { assistantsQuery } from '../api/assistants.js';
import { mayDo, sessionQuery } from '../api/session.js';
import { useTexts } from '../i18n/language.js';
import { Icon } from '../ui/icons.js';
import { NavigationLink } from '../ui/links.js';
import { useChosenAssistant } from './chosen-assistant.js';
import { assistantItems, installationItems, type NavigationItem } from './navigation.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** The assistant one works on with its pages, and those of the whole installation. */
export function Navigation() {
  const texts = useTexts({ en, de });
  const assistantId = useChosenAssistant();
  return (
    <>
      <AssistantSwitcher />
      {assistantId &&
        assistantItems.map((item) => (
          <Line key={item.to} item={item} base={`/assistants/${assistantId}`} assistantId={assistantId} />
        ))}
      <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
        {texts.installation}
      </Text>
      {installationItems.map((item) => (
        <Line key={item.to} item={item} base="" />
      ))}
    </>
  );
}

function Line({ item, base, assistantId }: { item: NavigationItem; base: string; assistantId?: string }) {
  const texts = useTexts({ en, de });
  const { data: session } = useQuery(sessionQuery);
  if (item.permission !== null && !(session && maySee(session, { ...item, permission: item.permission }, assistantId)))
    return null;
  return (
    <NavigationLink
      to={base + item.to}
      label={texts[item.text]}
      leftSection={<Icon name={item.icon} />}
      activeOptions={{ exact: item.to === '/assistants' }}
      activeProps={{ active: true }}
    />
  );
}

function maySee(
  session: Session,
  { permission, showsOwn }: NavigationItem & { permission: Permission },
  assistantId?: string,
): boolean {
  if (!showsOwn) return mayDo(session, permission, assistantId);
  return mayDo(session, permission) || Object.values(session.permissions.assistants).some((list) => list.includes(permission));
}

function AssistantSwitcher() {
  const texts = useTexts({ en, de });
  const { data: assistants = [] } = useQuery(assistantsQuery);
  const assistantId = useChosenAssistant();
  const inAddress = useParams({ strict: false, select: (params: { assistantId?: string }) => params.assistantId });
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const page = inAddress === undefined ? undefined : pathname.split('/')[3];
  if (assistants.length === 0 || assistantItems.length === 0) return null;
  return (
    <Select
      label={texts.assistant}
      placeholder={texts.noAssistant}
      mb="xs"
      px="sm"
      searchable={assistants.length > 10}
      allowDeselect={false}
      data={assistants.map(({ id, name }) => ({ value: id, label: name }))}
      value={assistantId ?? null}
      onChange={(id) => id && void navigate({ to: `/assistants/${id}${page ? `/${page}` : (assistantItems[0]?.to ?? '')}` })}
    />
  );
}

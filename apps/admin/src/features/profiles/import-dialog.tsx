import { Alert, Button, Code, FileInput, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useCommonTexts } from '../../ui/common-texts.js';
import { Icon } from '../../ui/icons.js';
import { useFieldTexts, useProfileTexts } from './form-context.js';
import type { DescribedProfile } from './form-model.js';
import type { ReadYaml } from './profile-yaml.js';

interface ImportDialogProps {
  opened: boolean;
  onClose: () => void;
  onTake: (profile: DescribedProfile) => void;
}

/** Fills a form from a file or from pasted text, and tells what in it is wrong; saves nothing. */
export function ImportDialog({ opened, onClose, onTake }: ImportDialogProps) {
  const { yaml: texts } = useProfileTexts();
  const common = useCommonTexts();
  const [text, setText] = useState('');
  const [read, setRead] = useState<ReadYaml | null>(null);
  const look = async (source: string): Promise<void> => {
    setText(source);
    const { fromYaml } = await import('./profile-yaml.js'); // with its parser only when somebody imports
    setRead(source.trim() === '' ? null : fromYaml(source));
  };
  return (
    <Modal opened={opened} onClose={onClose} title={texts.title} size="lg" closeButtonProps={{ 'aria-label': common.close }}>
      <Stack>
        <Text>{texts.text}</Text>
        <FileInput label={texts.file} accept=".yaml,.yml,text/yaml" onChange={(file) => void file?.text().then(look)} />
        <Textarea
          label={texts.paste}
          value={text}
          onChange={({ currentTarget }) => void look(currentTarget.value)}
          autosize
          minRows={8}
          maxRows={16}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Found read={read} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button
            disabled={!read?.profile}
            onClick={() => {
              if (read?.profile) onTake(read.profile);
            }}
          >
            {texts.take}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Found({ read }: { read: ReadYaml | null }) {
  const { yaml: texts } = useProfileTexts();
  const { labels } = useFieldTexts();
  if (!read || read.errors.length === 0) return null;
  return (
    <Alert
      color={read.profile ? 'yellow' : 'red'}
      role="status"
      icon={<Icon name="warning" />}
      title={read.profile ? texts.wrong : texts.unreadable}
    >
      <List size="sm">
        {read.errors.map(({ path, message }) => (
          <List.Item key={path}>
            {path === 'body' ? texts.whole : (labels[path] ?? <Code>{path}</Code>)}: {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

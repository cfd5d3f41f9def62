import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { CopyButton } from '../../ui/copy-button.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

interface NewPasswordInputProps {
  value: string;
  error: string | undefined;
  onChange: (password: string) => void;
}

/** A password for somebody else: typed, or suggested and then shown, to be told to them. */
export function NewPasswordInput({ value, error, onChange }: NewPasswordInputProps) {
  const texts = useTexts({ en, de });
  const [visible, setVisible] = useState(false);
  const suggest = () => {
    onChange(suggestedPassword());
    setVisible(true);
  };
  return (
    <Stack gap="xs">
      <PasswordInput
        id="operator-password"
        label={texts.password}
        description={texts.passwordHelp}
        required
        autoComplete="new-password"
        visible={visible}
        onVisibilityChange={setVisible}
        value={value}
        error={error}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={suggest}>
          {texts.suggest}
        </Button>
        {value !== '' && visible && <CopyButton value={value} label={texts.password} />}
      </Group>
    </Stack>
  );
}

/** 120 bits, in letters and digits that can be read aloud in groups of four. */
function suggestedPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const random = crypto.getRandomValues(new Uint32Array(24));
  return [...random]
    .map((one) => letters[one % letters.length])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-');
}

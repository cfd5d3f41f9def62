import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { chooseLanguage, type Language, languages, useLanguage, useTexts } from '../i18n/language.js';
import { Icon } from '../ui/icons.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

/** Language and colours; both are remembered in this browser. */
export function PreferencesMenu() {
  const texts = useTexts({ en, de });
  const language = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.language}>
            <Icon name="language" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {Object.entries(languages).map(([code, name]) => (
            <Menu.Item
              key={code}
              lang={code}
              leftSection={<Mark shown={code === language} />}
              onClick={() => chooseLanguage(code as Language)}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={texts.colours}>
            <Icon name={colorScheme} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['light', 'dark', 'auto'] as const).map((scheme) => (
            <Menu.Item key={scheme} leftSection={<Mark shown={scheme === colorScheme} />} onClick={() => setColorScheme(scheme)}>
              {texts[scheme]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Mark({ shown }: { shown: boolean }) {
  return shown ? <Icon name="good" size={14} /> : <span style={{ display: 'inline-block', width: 14 }} />;
}

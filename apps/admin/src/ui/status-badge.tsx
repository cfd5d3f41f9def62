import { Badge } from '@mantine/core';
import { Icon, type IconName } from './icons.js';

export type Tone = 'good' | 'bad' | 'warning' | 'calm' | 'busy';

const looks: Record<Tone, { color: string; icon: IconName }> = {
  good: { color: 'green', icon: 'good' },
  bad: { color: 'red', icon: 'bad' },
  warning: { color: 'yellow', icon: 'warning' },
  calm: { color: 'gray', icon: 'info' },
  busy: { color: 'brand', icon: 'clock' },
};

/** A state in a word, with a sign: never told by colour alone. */
export function StatusBadge({ tone, children, icon }: { tone: Tone; children: string; icon?: IconName }) {
  const look = looks[tone];
  return (
    <Badge
      variant="light"
      color={look.color}
      size="lg"
      radius="sm"
      tt="none"
      miw="max-content"
      c={`light-dark(color-mix(in srgb, var(--mantine-color-${look.color}-9) 60%, black), var(--mantine-color-${look.color}-2))`}
      leftSection={<Icon name={icon ?? look.icon} size={14} />}
    >
      {children}
    </Badge>
  );
}

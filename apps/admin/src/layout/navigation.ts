import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import type { IconName } from '../ui/icons.js';
import type { en } from './texts.en.js';

export interface NavigationItem {
  to: string;
  text: keyof { [K in keyof typeof en as (typeof en)[K] extends string ? K : never]: true };
  icon: IconName;
  /** Who may not do this does not see the line; null is for everyone. */
  permission: Permission | null;
  /** The page shows what one may see: a role for a single assistant is enough. */
  showsOwn?: boolean;
}

/** Pages of the assistant that is chosen, below /assistants/:assistantId. A page is listed when it is there. */
export const assistantItems: readonly NavigationItem[] = [
  { to: '/profiles', text: 'profiles', icon: 'profile', permission: 'profiles.read' },
  { to: '/grants', text: 'grants', icon: 'grant', permission: 'grants.read' },
  { to: '/runtime-keys', text: 'runtimeKeys', icon: 'key', permission: 'runtime-keys.read' },
];

/** Where the work on an assistant begins. */
export const firstPageOf = (assistantId: string): string => `/assistants/${assistantId}${assistantItems[0]?.to ?? ''}`;

/** Pages of the whole installation. */
export const installationItems: readonly NavigationItem[] = [
  { to: '/assistants', text: 'assistants', icon: 'assistant', permission: null },
  { to: '/refresh', text: 'refresh', icon: 'refresh', permission: 'refresh.read' },
  { to: '/queues', text: 'queues', icon: 'queue', permission: 'queues.read' },
  { to: '/audit', text: 'audit', icon: 'audit', permission: 'audit.read', showsOwn: true },
  { to: '/operators', text: 'operators', icon: 'people', permission: 'operators.read' },
  { to: '/system', text: 'system', icon: 'system', permission: 'system.read' },
];

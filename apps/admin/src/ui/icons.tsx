/** Drawn on 24 by 24, as strokes; the words beside an icon say the same. */
const shapes = {
  add: 'M12 5v14M5 12h14',
  assistant: 'M5 9h14v9H5zM12 9V5M9 13v1M15 13v1M3 13h2M19 13h2',
  profile: 'M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h5',
  key: 'M3 12a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M12 12h9.5M18.5 12v4',
  grant: 'M9 12l2.5 2.5L16 10M12 3l8 3v6c0 5-3.5 8-8 9c-4.5-1-8-4-8-9V6z',
  refresh: 'M20 11a8 8 0 0 0-14.9-3M4 5v4h4M4 13a8 8 0 0 0 14.9 3M20 19v-4h-4',
  queue: 'M4 6h16M4 12h16M4 18h10',
  people:
    'M5.5 8a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M3 20c0-4 2.5-6 6-6s6 2 6 6M16 5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3 2.5 3 5.5',
  audit: 'M4 4h16v16H4zM8 9h8M8 13h8M8 17h4',
  system: 'M3 12h4l3-7l4 14l3-7h4',
  account: 'M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4 21c0-4.5 3-7 8-7s8 2.5 8 7',
  language: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  light: 'M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5',
  dark: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z',
  auto: 'M3 4h18v12H3zM8 20h8M12 16v4',
  more: 'M12 5v.01M12 12v.01M12 19v.01',
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M7 7l10 10M17 7L7 17',
  warning: 'M12 4l9 16H3zM12 10v4M12 17v.01',
  info: 'M12 11v6M12 7v.01M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l12 7l-12 7z',
  clock: 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7v5l3 2',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  edit: 'M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  out: 'M14 4h5v16h-5M10 12h10M4 12h11M8 8l-4 4l4 4',
  chevron: 'M8 10l4 4l4-4',
  download: 'M12 4v11M7 11l5 5l5-5M4 20h16',
  upload: 'M12 16V5M7 9l5-5l5 5M4 20h16',
  search: 'M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M15.5 15.5L21 21',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={shapes[name]} />
    </svg>
  );
}

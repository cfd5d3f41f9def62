import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { setNonce } from 'get-nonce';
import type { ReactNode } from 'react';

const brand: MantineColorsTuple = [
  '#eaf4fd',
  '#d3e6f7',
  '#a5ccee',
  '#74b0e6',
  '#4d98df',
  '#3589db',
  '#2274bd',
  '#1b66a8',
  '#14568f',
  '#0e426f',
];

const theme = createTheme({
  colors: { brand },
  primaryColor: 'brand',
  primaryShade: 8,
  autoContrast: true,
  luminanceThreshold: 0.183, // above it black letters are easier to read than white ones
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  respectReducedMotion: true,
  cursorType: 'pointer',
});

/** Mantine's soft and red texts are too pale for small letters (WCAG 2.2 criterion 1.4.3). */
const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#51606f',
    '--mantine-color-placeholder': '#66727f',
    '--mantine-color-error': '#c92a2a',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b6c3',
    '--mantine-color-placeholder': '#98a4b0',
    '--mantine-color-error': '#ff8787',
  },
});

/** The nonce that the content security policy of this very page names; style elements made by script must carry it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
setNonce(nonce);

/** Colours, type and the place for notices, around everything. */
export function Look({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <Notifications position="bottom-right" />
      {children}
    </MantineProvider>
  );
}

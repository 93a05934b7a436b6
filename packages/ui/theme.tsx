import { IconX } from '@tabler/icons-react';
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = [
  '#f8f7f5',
  '#f3f2f0',
  '#eae9e6',
  '#cdccc8',
  '#8c8b85',
  '#696762',
  '#51504b',
  '#373531',
  '#1f1e1b',
  '#1b1b18',
];

const close = { 'aria-label': 'Close', icon: <IconX size={16} stroke={2} aria-hidden />, size: 28 };

/** Mantine wearing our tokens (design §12). Nothing outside this package styles a Mantine component. */
export const theme = createTheme({
  fontFamily: 'var(--p-font-sans)',
  fontFamilyMonospace: 'var(--p-font-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '999px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  primaryColor: 'ink',
  primaryShade: 8,
  colors: { ink },
  autoContrast: true,
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Modal: { defaultProps: { closeButtonProps: close, centered: true, size: 480, transitionProps: { duration: 140 } } },
    Drawer: {
      defaultProps: { closeButtonProps: close, position: 'right', size: 480, transitionProps: { duration: 220 } },
    },
    Menu: {
      defaultProps: { position: 'bottom-end', offset: 4, transitionProps: { duration: 140, transition: 'fade-down' }, withinPortal: true },
    },
    Tooltip: {
      defaultProps: { openDelay: 300, offset: 6, events: { hover: true, focus: true, touch: false }, transitionProps: { duration: 140 } },
    },
    ScrollArea: { defaultProps: { type: 'auto' } },
  },
});

/** Mantine's variables, all pointing at tokens, so that light and dark need no second list. */
export const resolveVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--p-surface)',
    '--mantine-color-text': 'var(--p-text)',
    '--mantine-color-dimmed': 'var(--p-text-3)',
    '--mantine-color-placeholder': 'var(--p-text-3)',
    '--mantine-color-default': 'var(--p-surface)',
    '--mantine-color-default-hover': 'var(--p-hover)',
    '--mantine-color-default-color': 'var(--p-text)',
    '--mantine-color-default-border': 'var(--p-border-strong)',
    '--mantine-color-anchor': 'var(--p-accent)',
    '--mantine-color-error': 'var(--p-failed)',
    '--mantine-primary-color-filled': 'var(--p-ink)',
    '--mantine-primary-color-filled-hover': 'var(--p-ink-hover)',
    '--mantine-primary-color-contrast': 'var(--p-on-ink)',
    '--input-bd': 'var(--p-border-control)',
  };
  return { variables: {}, light: shared, dark: shared };
};

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const pine: MantineColorsTuple = [
  '#effaf7',
  '#d9f2eb',
  '#b2e4d7',
  '#82d1bd',
  '#54b9a1',
  '#349d86',
  '#217c69',
  '#1a6657',
  '#165246',
  '#103e35',
];
const slate: MantineColorsTuple = [
  '#f7f8f9',
  '#f0f2f4',
  '#e4e7ea',
  '#d3d8dd',
  '#b3bac2',
  '#8d96a0',
  '#636d78',
  '#525b65',
  '#39414a',
  '#20262c',
];
const night: MantineColorsTuple = [
  '#d5dade',
  '#b6bdc4',
  '#97a0a9',
  '#79838d',
  '#424a53',
  '#313840',
  '#262c33',
  '#191e23',
  '#13171b',
  '#0d1013',
];

/** Colours of series, in the order in which they are given out: told apart also by eyes that confuse red and green. */
export const seriesColors = ['#349d86', '#4c6fd1', '#d9912b', '#b8569f', '#4aa3cf', '#8a6fd6', '#9aa33a', '#c4604b'];
export const restColor = '#8d96a0';

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  primaryColor: 'pine',
  primaryShade: 6,
  colors: { pine, gray: slate, dark: night },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1rem' } } },
  components: {
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Notification: { defaultProps: { withBorder: true } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, events: { hover: true, focus: true, touch: false } } },
    Table: { defaultProps: { verticalSpacing: 7, fz: 'sm' } },
    Paper: { defaultProps: { withBorder: true } },
    // Yellow words on white cannot be read; the border has the colour.
    Alert: { defaultProps: { styles: { title: { color: 'var(--mantine-color-text)' } } } },
    // Their element is a header, which outside an article is the banner of the page.
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    ModalHeader: { defaultProps: { role: 'presentation' } },
    Modal: { defaultProps: { overlayProps: { backgroundOpacity: 0.4 } } },
    Drawer: { defaultProps: { position: 'right', size: 'lg', overlayProps: { backgroundOpacity: 0.4 } } },
  },
});

/**
 * Quiet text has to be read as well: Mantine's own greys are too faint for small print. All that differs between the themes stands here, not as
 * `light-dark()` in the style sheets: Chromium goes on with the value of the theme before where that changes while the page is open.
 */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': slate[6],
    '--mantine-color-placeholder': slate[6],
    '--mantine-color-error': '#c02b2b',
    '--accent': pine[6],
    '--mantine-color-pine-light-color': pine[7],
    '--edge': slate[3],
    '--mantine-color-red-filled': '#c92a2a',
    '--surface': '#ffffff',
    '--mantine-color-body': '#fbfcfc',
    '--mantine-color-default-border': slate[2],
    '--shade-quiet': slate[0],
    '--shade-sunken': slate[1],
    '--shade-raised': slate[1],
    '--good': '#187a5e',
    '--bad': '#c02b2b',
    '--warn': '#95610a',
    '--tag-good': '#12674e',
    '--tag-warn': '#7d5106',
    '--tag-bad': '#b02525',
    '--tag-calm': slate[7],
    '--tag-strong': '#7a3a86',
    '--added': '#e3f5ec',
    '--removed': '#fbe9e9',
  },
  dark: {
    '--mantine-color-dimmed': night[2],
    '--mantine-color-placeholder': night[2],
    '--mantine-color-error': '#ff8f8f',
    '--accent': pine[4],
    '--mantine-color-red-light': 'rgb(255 107 107 / 12%)',
    '--mantine-color-red-light-hover': 'rgb(255 107 107 / 18%)',
    '--mantine-color-red-light-color': '#ff9a9a',
    '--mantine-color-pine-light': 'rgb(84 185 161 / 14%)',
    '--mantine-color-pine-light-hover': 'rgb(84 185 161 / 20%)',
    '--mantine-color-pine-light-color': pine[3],
    '--edge': night[4],
    '--mantine-color-red-filled': '#c92a2a',
    '--surface': night[7],
    '--mantine-color-body': night[8],
    '--mantine-color-default-border': night[5],
    '--shade-quiet': night[8],
    '--shade-sunken': night[8],
    '--shade-raised': night[6],
    '--good': '#6fd3b4',
    '--bad': '#ff9a9a',
    '--warn': '#f0c067',
    '--tag-good': '#7fdcc0',
    '--tag-warn': '#f0c878',
    '--tag-bad': '#ffa8a8',
    '--tag-calm': '#c0c7cd',
    '--tag-strong': '#e0a8ea',
    '--added': '#173a31',
    '--removed': '#432327',
  },
});

// What Cutroom looks like: paper and graphite, one petrol accent, amber for what is under the playhead.
import {
  Button,
  Card,
  CloseButton,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  mergeThemeOverrides,
  Tooltip,
} from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#e8f7f6",
  "#d0eceb",
  "#a3d9d8",
  "#72c5c5",
  "#4bb3b4",
  "#2f9fa2",
  "#15878b",
  "#0b6e73",
  "#08595e",
  "#05464a",
];
const graphite: MantineColorsTuple = [
  "#d7dae0",
  "#b6bbc5",
  "#99a0ad",
  "#6f7685",
  "#474d5a",
  "#363b46",
  "#292d36",
  "#1f222a",
  "#171a20",
  "#101216",
];

const theme = createTheme({
  primaryColor: "petrol",
  // White is readable on it by day and by night.
  primaryShade: 7,
  colors: { petrol, dark: graphite },
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", Menlo, monospace',
  headings: {
    fontWeight: "640",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "1rem" },
    },
  },
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "9px", lg: "14px", xl: "22px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: Button.extend({ defaultProps: { fw: 560 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: "md", radius: "md" } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: "md", overlayProps: { backgroundOpacity: 0.45 } },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }),
  },
});

/** The theme, with the word that a cross says to those who do not see it. */
export function themeSaying(close: string) {
  return mergeThemeOverrides(theme, {
    components: {
      // Its types leave the attributes of a button out, though it takes them.
      CloseButton: CloseButton.extend({ defaultProps: { ["aria-label" as "data-label"]: close } }),
    },
  });
}

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#fbfaf7",
    "--mantine-color-text": "#1c1f26",
    "--mantine-color-dimmed": "#5c6270",
    "--mantine-color-placeholder": "#6b7180",
    "--cr-card": "#ffffff",
    "--cr-sunk": "#f1efea",
    "--cr-line": "#e0ddd6",
    "--cr-playhead": "#c2570c",
    "--cr-focus": "#0b6e73",
    "--mantine-color-default-border": "#cfcbc3",
    "--mantine-color-error": "#b42318",
    "--mantine-color-red-light-color": "#b42318",
  },
  dark: {
    "--mantine-color-body": "#14161b",
    "--mantine-color-text": "#e7e8ea",
    "--mantine-color-dimmed": "#a1a7b3",
    "--mantine-color-placeholder": "#8b92a0",
    "--cr-card": "#1c1f26",
    "--cr-sunk": "#101216",
    "--cr-line": "#2f333d",
    "--cr-playhead": "#ffb454",
    "--cr-focus": "#72c5c5",
    "--mantine-color-anchor": "#72c5c5",
    // Pale plates by night: the accent over graphite, where Mantine's own are nearly black.
    "--mantine-color-petrol-light": "rgb(114 197 197 / 0.16)",
    "--mantine-color-petrol-light-hover": "rgb(114 197 197 / 0.22)",
    "--mantine-color-petrol-light-color": "#9ad9d8",
    "--mantine-color-red-light": "rgb(255 143 133 / 0.14)",
    "--mantine-color-red-light-hover": "rgb(255 143 133 / 0.2)",
    "--mantine-color-red-light-color": "#ff9f96",
    "--mantine-color-gray-light": "rgb(161 167 179 / 0.16)",
    "--mantine-color-gray-light-hover": "rgb(161 167 179 / 0.22)",
    "--mantine-color-gray-light-color": "#c3c8d1",
    "--mantine-color-blue-light": "rgb(116 192 252 / 0.16)",
    "--mantine-color-blue-light-color": "#a5d8ff",
    "--mantine-color-error": "#ff8f85",
  },
});

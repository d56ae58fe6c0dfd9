import { effect, signal } from '@preact/signals';

/** Light or dark as the device has it, unless the reader decided otherwise on this device. */
export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'shopcast.theme';

function stored(): Theme {
  try {
    const theme = localStorage.getItem(storageKey);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}

export const theme = signal<Theme>(stored());

export function chooseTheme(to: Theme): void {
  theme.value = to;
  try {
    if (to === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, to);
  } catch {
    // Refused storage: the choice lasts as long as the page.
  }
}

const systemDark = matchMedia('(prefers-color-scheme: dark)');
/** What is really shown, for what CSS cannot colour (a chart's canvas). */
export const dark = signal(false);

function apply(): void {
  const root = document.documentElement;
  if (theme.value === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme.value;
  dark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.matches);
}

effect(apply);
systemDark.addEventListener('change', apply);

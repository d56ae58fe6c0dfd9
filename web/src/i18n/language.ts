import { effect, signal } from '@preact/signals';

export type Language = 'en' | 'ko';

const storageKey = 'shopcast.language';

/** The first of the reader's languages that we have; English for everybody else. */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (stored === 'en' || stored === 'ko') return stored;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'ko' || primary === 'en') return primary;
  }
  return 'en';
}

/** What the reader chose on this device; null when nothing was, or storage is refused. */
export function storedLanguage(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export function storeLanguage(to: Language): void {
  try {
    localStorage.setItem(storageKey, to);
  } catch {
    // Refused storage: the choice lasts as long as the page.
  }
}

export const language = signal<Language>(chooseLanguage(storedLanguage(), navigator.languages));

effect(() => {
  document.documentElement.lang = language.value;
});

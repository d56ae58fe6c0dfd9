import { computed, effect, signal } from '@preact/signals';
import { en, type Messages } from './en';
import { ko } from './ko';

export type { Messages };
export type Language = 'en' | 'ko';

const dictionaries: Record<Language, Messages> = { en, ko };
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

function storedLanguage(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export const language = signal<Language>(chooseLanguage(storedLanguage(), navigator.languages));
export const t = computed<Messages>(() => dictionaries[language.value]);

export function switchLanguage(to: Language): void {
  language.value = to;
  try {
    localStorage.setItem(storageKey, to);
  } catch {
    // Refused storage: the choice lasts as long as the page.
  }
}

effect(() => {
  document.documentElement.lang = language.value;
});

export const formatCount = (count: number): string =>
  new Intl.NumberFormat(language.value, { notation: count >= 10_000 ? 'compact' : 'standard' }).format(count);

export const formatTenths = (seconds: number): string =>
  new Intl.NumberFormat(language.value, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(seconds);

/** 59 -> 0:59, 3661 -> 1:01:01. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

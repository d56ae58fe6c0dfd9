import { computed } from '@preact/signals';
import { loadAreaWords } from './area-words';
import { en, type Messages } from './en';
import { ko } from './ko';
import { language, storeLanguage, type Language } from './language';

export { language, storedLanguage, type Language } from './language';
export * from './format';
export type { Messages };

/**
 * The storefront's words, in both languages: together they are smaller than the round trip that a second request
 * would cost before the first paint. The words of the other areas come one language at a time (area-words.ts).
 */
const dictionaries: Record<Language, Messages> = { en, ko };

export const t = computed<Messages>(() => dictionaries[language.value]);

/** Changes the language of everything on the page, and remembers it on this device. */
export async function switchLanguage(to: Language): Promise<void> {
  storeLanguage(to);
  await loadAreaWords(to).catch(() => {
    // Offline: the area stays in the language it has, the rest of the page changes.
  });
  language.value = to;
}

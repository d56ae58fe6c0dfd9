import { AreaWords } from '../i18n/area-words';
import type { SharedWords } from './i18n/en';

/** The words that all areas behind the sign-in share: forms, lists, and what went wrong. */
export const sharedWords = new AreaWords<SharedWords>({
  en: () => import('./i18n/en'),
  ko: () => import('./i18n/ko'),
});
